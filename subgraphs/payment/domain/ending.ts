import type { Fact } from '../../../schema/events/facts.ts'
import { isFor, newPayment, type Payment, type Refund } from './payment.ts'
import { refund } from './returning.ts'

/**
 * Ordered: whose order it is, and what it costs; from now on nothing else is charged for it. It may come after a charge, which
 * order asks for as soon as it has recorded the order. A charge that it contradicts was never this order's, and is returned.
 */
export function ordered(payment: Payment | null, fact: Fact<'Ordered'>): Payment {
  if (payment?.orderedAt) return payment
  const { customerId, total, orderId } = fact.data
  const known = payment ?? newPayment(orderId)
  const heard: Payment = { ...known, orderedAt: new Date(fact.occurredAt) }
  if (known.customerId === null) return { ...heard, customerId, amount: total }
  return isFor(known, customerId, total) ? heard : close(heard, fact)
}

/** OrderConfirmed: in which store it was ordered, whose owner may return parts of the money. */
export function confirmed(payment: Payment | null, { data }: Fact<'OrderConfirmed'>): Payment {
  const known = payment ?? newPayment(data.orderId)
  return known.storeId ? known : { ...known, storeId: data.storeId }
}

/** A charge whose order was never heard of: there is none. Closes the payment, so that what was charged is returned. */
export const closeUnheard = (payment: Payment, cause: string): Payment =>
  payment.orderedAt ? payment : close(payment, { id: cause, data: { orderId: payment.id } })

/** The effect of each fact. A pair of state and fact that is not listed changes nothing. */
export const follows = {
  OrderCancelled: close,
  OrderExpired: close,
  Rejected: (payment: Payment | null, fact: HeardFact) =>
    payment?.status === 'APPROVED' ? refundFor(payment, 'ForciblyCancelled', fact) : payment,
}

type HeardFact = { id: string; data: { orderId: string } }

function close(payment: Payment | null, fact: HeardFact): Payment {
  if (payment?.closed) return payment
  if (payment?.status === 'APPROVED') return refundFor(payment, 'PaymentCancelled', fact)
  return { ...(payment ?? newPayment(fact.data.orderId)), closed: true }
}

/** The refund is due at once, whatever the publisher's clock. */
const refundFor = (payment: Payment, says: Refund['says'], { id }: HeardFact) => refund(payment, says, id, new Date(0))
