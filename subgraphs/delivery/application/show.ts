import { liveSubject } from '../../../chassis/live.ts'
import type { Shown } from '../../../chassis/transaction.ts'
import { type KnownDelivery, promiseOf } from '../domain/delivery.ts'

export const FEED = 'delivery'

/** The audience of waiting deliveries: all riders. A rider's own deliveries have the rider's id as their audience. */
export const WAITING = 'open'

/**
 * The live states for a changed delivery: first for its own rider; then for all riders, if it waited before or waits now. Its
 * rider receives both, but is shown only the first.
 */
export function shownChange(before: KnownDelivery | null, delivery: KnownDelivery): Shown[] {
  const waited = before?.status === 'REQUESTED' || delivery.status === 'REQUESTED'
  return [
    ...(delivery.riderId ? [shownToRider(delivery, delivery.riderId)] : []),
    ...(waited ? [shownToAll(delivery)] : []),
  ]
}

/** For its own rider, open until it is completed. */
export const shownToRider = (delivery: KnownDelivery, riderId: string): Shown =>
  shown(delivery, riderId, delivery.status === 'DEPARTED', { __typename: 'User', id: riderId, disclosed: true })

/** For every rider, while it waits for one, and once more when it no longer does, without its rider. */
export const shownToAll = (delivery: KnownDelivery): Shown => ({
  ...shown(delivery, WAITING, delivery.status === 'REQUESTED', null),
  ...(delivery.riderId && { elsewhere: liveSubject(FEED, delivery.riderId, delivery.id) }),
})

/** This context's own fields of Delivery, and the keys of the others. */
function shown(delivery: KnownDelivery, audience: string, open: boolean, rider: object | null): Shown {
  const { id, status, departedAt, completedAt, revision } = delivery
  const promise = promiseOf(delivery)
  const state = {
    __typename: 'Delivery',
    id,
    order: { __typename: 'Order', id },
    status,
    promise: promise && {
      __typename: 'DeliveryPromise',
      startsAt: promise.startsAt.toISOString(),
      endsAt: promise.endsAt.toISOString(),
      timeZone: promise.timeZone,
    },
    rider,
    departedAt: departedAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
  }
  return { feed: FEED, audience: [audience], id, revision, open, state: { delivery: state } }
}
