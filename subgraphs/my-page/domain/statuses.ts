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
  | 'DELIVERY_FAILED'
  | 'RETURNED'
export type PaymentStatus = 'APPROVED' | 'DECLINED' | 'CANCELLED'
export type DeliveryStatus = 'REQUESTED' | 'DEPARTED' | 'ATTEMPTED' | 'COMPLETED' | 'RETURNED' | 'CANCELLED'

/**
 * The status after each fact, by rank, lowest first. A status is that of the highest-ranking fact heard, so it does not depend on
 * the order of the facts. Facts of equal rank in language.md are adjacent here: either they mean the same, or (the ends of an
 * order) the saga allows only one of them.
 */
export type Ranking<Status> = readonly (readonly [HeardName, Status])[]

/** A fact by its name, and one about the second attempt to deliver by this, too: they rank above all about the first. */
export type HeardName = FactName | `${FactName} 2`

export const heardName = (fact: FactName, attempt = 1): HeardName => (attempt === 2 ? `${fact} 2` : fact)

export const orderRanking: Ranking<OrderStatus> = [
  ['Ordered', 'AWAITING_PAYMENT'],
  ['PaymentDeclined', 'PAYMENT_FAILED'],
  ['OrderConfirmed', 'PAID'],
  ['Received', 'RECEIVED'],
  ['Decorated', 'DECORATED'],
  ['CancellationRequested', 'CANCELLING'],
  ['DepartedForDelivery', 'OUT_FOR_DELIVERY'],
  ['CancellationRefused', 'OUT_FOR_DELIVERY'],
  ['DeliveryAttemptFailed', 'DELIVERY_FAILED'],
  ['DepartedForDelivery 2', 'OUT_FOR_DELIVERY'],
  ['DeliveryAttemptFailed 2', 'DELIVERY_FAILED'],
  ['DeliveryCompleted', 'DELIVERED'],
  ['FlowersReturned', 'RETURNED'],
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
  ['DeliveryAttemptFailed', 'ATTEMPTED'],
  ['DeliveryRequested 2', 'REQUESTED'],
  ['DepartedForDelivery 2', 'DEPARTED'],
  ['DeliveryAttemptFailed 2', 'ATTEMPTED'],
  ['DeliveryCompleted', 'COMPLETED'],
  ['FlowersReturned', 'RETURNED'],
  ['DeliveryCancelled', 'CANCELLED'],
]

/** The status by the facts heard; null if none of them is about it. */
export function highest<Status>(ranking: Ranking<Status>, heard: ReadonlySet<string>): Status | null {
  return ranking.findLast(([fact]) => heard.has(fact))?.[1] ?? null
}

/** The final statuses of an order. */
export const closedStatuses: readonly OrderStatus[] = ['DELIVERED', 'RETURNED', 'CANCELLED', 'REJECTED', 'EXPIRED']
