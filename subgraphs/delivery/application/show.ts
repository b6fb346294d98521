import { liveSubject } from '../../../chassis/live.ts'
import type { Shown } from '../../../chassis/transaction.ts'
import { type KnownDelivery, promiseOf } from '../domain/delivery.ts'
import { attemptsFor } from './attempts-shown.ts'

export const FEED = 'delivery'

/** The audience of waiting deliveries: all riders. A rider's own deliveries have the rider's id as their audience. */
export const WAITING = 'open'

/** The statuses in which its rider has something to do. */
export const carried: readonly KnownDelivery['status'][] = ['DEPARTED', 'ATTEMPTED']

/**
 * The live states for a changed delivery: first for its own rider, and for the one who no longer is; then for all riders, if it waited
 * before or waits now. Its rider receives both, but is shown only the first.
 */
export function shownChange(before: KnownDelivery | null, delivery: KnownDelivery): Shown[] {
  const waited = before?.status === 'REQUESTED' || delivery.status === 'REQUESTED'
  const riders = new Set([delivery.riderId, before?.riderId ?? null])
  return [
    ...[...riders].flatMap((rider) => (rider === null ? [] : [shownToRider(delivery, rider)])),
    ...(waited ? [shownToAll(delivery)] : []),
  ]
}

/** For a rider who departed with it, open while the rider has something to do. */
export const shownToRider = (delivery: KnownDelivery, riderId: string): Shown =>
  shown(delivery, riderId, delivery.riderId === riderId && carried.includes(delivery.status))

/** For every rider, while it waits for one, and once more when it no longer does, without its rider. */
export const shownToAll = (delivery: KnownDelivery): Shown => ({
  ...shown(delivery, WAITING, delivery.status === 'REQUESTED'),
  ...(delivery.riderId && { elsewhere: liveSubject(FEED, delivery.riderId, delivery.id) }),
})

/**
 * This context's own fields of Delivery, as its audience of riders may see them. A rider's note may name a person, and a photo show one,
 * so they are in no message; clients query them. Nor is what order decides by who reads the recipient (`waits`, `riderId`): a message
 * may be sent again when that no longer holds, so the router asks for it whenever it shows one.
 */
function shown(delivery: KnownDelivery, audience: string, open: boolean): Shown {
  const { id, status, attempt, departedAt, completedAt, revision } = delivery
  const promise = promiseOf(delivery)
  const riderId = delivery.riderId === audience ? audience : null
  const state = {
    __typename: 'Delivery',
    id,
    order: null,
    status,
    promise: promise && {
      startsAt: promise.startsAt.toISOString(),
      endsAt: promise.endsAt.toISOString(),
      timeZone: promise.timeZone,
    },
    attempt,
    // All of them: nothing that can not be null may have to be asked for, as who has lost the delivery is answered nothing.
    attempts: attemptsFor(delivery, audience).map(({ id: _, riderId: rider, departedAt, endedAt, at, ...rest }) => ({
      ...rest,
      rider: rider && userOf(rider),
      departedAt: departedAt.toISOString(),
      note: null,
      photo: null,
      endedAt: endedAt?.toISOString() ?? null,
      at: at?.toISOString() ?? null,
    })),
    rider: riderId && userOf(riderId),
    departedAt: departedAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
    trackToken: null,
  }
  return { feed: FEED, audience: [audience], id, revision, open, state: { delivery: state } }
}

const userOf = (id: string) => ({ __typename: 'User', id, disclosed: true })
