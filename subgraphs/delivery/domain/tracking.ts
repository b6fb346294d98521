import { type DeliveryPromise, type KnownDelivery, promiseOf } from './delivery.ts'

/** How long after its end rider and recipient can still look at a delivery. */
const AFTER_END_MS = 24 * 60 * 60_000

/** Whether it ended a day ago, or was cancelled. */
const isOver = ({ status, completedAt, returnedAt }: KnownDelivery, now: Date): boolean => {
  const endedAt = completedAt ?? returnedAt
  return status === 'CANCELLED' || (endedAt !== null && now.getTime() - endedAt.getTime() >= AFTER_END_MS)
}

/** The rider who may read where it goes: the present one, from departure until a day after the end; null if there is none. */
export const riderKnowing = (delivery: KnownDelivery, now: Date): string | null =>
  isOver(delivery, now) ? null : delivery.riderId

/** Whether the recipient has a link: it is neither forbidden nor over. Before departure it shows nothing yet. */
export const hasLink = (delivery: KnownDelivery, now: Date): boolean =>
  !delivery.linkForbidden && !isOver(delivery, now)

/** The customer forbids the link, for good, or allows another one. Null: it is so already. */
export function allowLink(delivery: KnownDelivery, on: boolean): KnownDelivery | null {
  if (delivery.linkForbidden !== on) return null
  return { ...delivery, linkForbidden: !on, linkSerial: delivery.linkSerial + (on ? 0 : 1) }
}

/** What the recipient may see of a delivery. */
export type Tracked = {
  orderId: string
  storeId: string
  status: 'ON_ITS_WAY' | 'TRIED' | 'ARRIVED'
  promise: DeliveryPromise | null
}

const SHOWN: { [Status in KnownDelivery['status']]: Tracked['status'] | null } = {
  REQUESTED: 'TRIED',
  DEPARTED: 'ON_ITS_WAY',
  ATTEMPTED: 'TRIED',
  COMPLETED: 'ARRIVED',
  RETURNED: 'TRIED',
  CANCELLED: null,
}

/** What the link shows from the first departure until a day after the end; null before and after. */
export function trackedOf(delivery: KnownDelivery, now: Date): Tracked | null {
  const status = SHOWN[delivery.status]
  const hasDeparted = delivery.status !== 'REQUESTED' || delivery.attempt > 1
  if (!status || !hasDeparted || !hasLink(delivery, now)) return null
  return { orderId: delivery.id, storeId: delivery.storeId, status, promise: promiseOf(delivery) }
}
