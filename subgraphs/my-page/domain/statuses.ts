import type { FactName } from '../../../schema/events/facts.ts'

export type OrderStatus =
  | 'AWAITING_PAYMENT'
  | 'PAYMENT_FAILED'
  | 'EXPIRED'
  | 'PAID'
  | 'RECEIVED'
  | 'DECORATED'
  | 'OUT_FOR_DELIVERY'
  | 'DELIVERED'
  | 'CANCELLING'
  | 'CANCELLED'
  | 'REJECTED'
export type PaymentStatus = 'APPROVED' | 'DECLINED' | 'CANCELLED'
export type DeliveryStatus = 'REQUESTED' | 'DEPARTED' | 'COMPLETED' | 'CANCELLED'

/**
 * What each fact makes of a status, the lowest rank first: a status is what the last fact of its list makes it, of
 * those heard. So it depends on which facts were heard and never on when. Facts of equal rank in language.md stand
 * together here: either they mean the same, or (the ends of an order) the saga lets only one of them happen.
 */
export type Ranking<Status> = readonly (readonly [FactName, Status])[]

export const orderRanking: Ranking<OrderStatus> = [
  ['Ordered', 'AWAITING_PAYMENT'],
  ['PaymentDeclined', 'PAYMENT_FAILED'],
  ['OrderConfirmed', 'PAID'],
  ['Received', 'RECEIVED'],
  ['Decorated', 'DECORATED'],
  ['CancellationRequested', 'CANCELLING'],
  ['DepartedForDelivery', 'OUT_FOR_DELIVERY'],
  ['CancellationRefused', 'OUT_FOR_DELIVERY'],
  ['DeliveryCompleted', 'DELIVERED'],
  ['OrderCancelled', 'CANCELLED'],
  ['Rejected', 'REJECTED'],
  ['OrderExpired', 'EXPIRED'],
]

export const paymentRanking: Ranking<PaymentStatus> = [
  ['PaymentDeclined', 'DECLINED'],
  ['Paid', 'APPROVED'],
  ['PaymentCancelled', 'CANCELLED'],
  ['ForciblyCancelled', 'CANCELLED'],
]

export const deliveryRanking: Ranking<DeliveryStatus> = [
  ['DeliveryRequested', 'REQUESTED'],
  ['DepartedForDelivery', 'DEPARTED'],
  ['DeliveryCompleted', 'COMPLETED'],
  ['DeliveryCancelled', 'CANCELLED'],
]

/** The status that the facts heard come to; null where none of them says anything about it. */
export function highest<Status>(ranking: Ranking<Status>, heard: ReadonlySet<string>): Status | null {
  return ranking.findLast(([fact]) => heard.has(fact))?.[1] ?? null
}

/** The ends of an order: nothing more becomes of it. */
export const closedStatuses: readonly OrderStatus[] = ['DELIVERED', 'CANCELLED', 'REJECTED', 'EXPIRED']
