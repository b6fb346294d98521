import { liveSubject } from '../../../chassis/live.ts'
import type { Shown } from '../../../chassis/transaction.ts'
import type { KnownDelivery } from '../domain/delivery.ts'

export const FEED = 'delivery'

/** The audience of what waits for a rider: all of them. A rider's own deliveries go by the rider's id. */
export const WAITING = 'open'

/**
 * What riders are shown of a delivery that has just changed, in this order: its rider, as the one who carries it; then all,
 * where it waited until now or does. The rider, who hears both, is told the first only.
 */
export function shownChange(before: KnownDelivery | null, delivery: KnownDelivery): Shown[] {
  const waited = before?.status === 'REQUESTED' || delivery.status === 'REQUESTED'
  return [
    ...(delivery.riderId ? [shownToRider(delivery, delivery.riderId)] : []),
    ...(waited ? [shownToAll(delivery)] : []),
  ]
}

/** To its own rider: something is still to come until it is completed. */
export const shownToRider = (delivery: KnownDelivery, riderId: string): Shown =>
  shown(delivery, riderId, delivery.status === 'DEPARTED', { __typename: 'User', id: riderId, disclosed: true })

/** To every rider, as long as it waits for one, and then that it does so no more: not with whom it went. */
export const shownToAll = (delivery: KnownDelivery): Shown => ({
  ...shown(delivery, WAITING, delivery.status === 'REQUESTED', null),
  ...(delivery.riderId && { elsewhere: liveSubject(FEED, delivery.riderId, delivery.id) }),
})

/** The fields of the graph's Delivery that are this context's own, the others by their keys. */
function shown(delivery: KnownDelivery, audience: string, open: boolean, rider: object | null): Shown {
  const { id, status, departedAt, completedAt, revision } = delivery
  const state = {
    __typename: 'Delivery',
    id,
    order: { __typename: 'Order', id },
    status,
    rider,
    departedAt: departedAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
  }
  return { feed: FEED, audience: [audience], id, revision, open, state: { delivery: state } }
}
