import { type Decision, type Order, type Recipient, statusOf } from './order.ts'

/** More corrections of one order are somebody's mistake; MyPage shows each. */
const MOST_CORRECTIONS = 20

const CORRECTABLE: readonly string[] = [
  'AWAITING_PAYMENT',
  'PAYMENT_FAILED',
  'PAID',
  'RECEIVED',
  'DECORATED',
  'DELIVERY_FAILED',
]

/**
 * Corrects who receives the flowers, before a rider departs or after the delivery failed. A repeated correction changes nothing. The fact
 * says that it was corrected, not to whom.
 */
export function correct(order: Order, recipient: Recipient): Decision | 'too late' | 'too often' {
  if (isSame(order.recipient, recipient)) return { order, says: [] }
  if (!CORRECTABLE.includes(statusOf(order))) return 'too late'
  if (order.corrections >= MOST_CORRECTIONS) return 'too often'
  const phoneChanged = order.recipient.phone !== recipient.phone
  return {
    order: { ...order, recipient, corrections: order.corrections + 1 },
    says: [{ type: 'RecipientCorrected', data: { orderId: order.id, ...(phoneChanged && { phoneChanged }) } }],
  }
}

const isSame = (a: Recipient, b: Recipient) =>
  a.name === b.name && a.phone === b.phone && a.address === b.address && a.postalCode === b.postalCode
