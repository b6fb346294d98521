import type { WrongState } from '../../../chassis/failures.ts'
import type { Money, PartRefund, Payment, ProviderCall } from './payment.ts'
import { afterParts, chargedAttempt, refundableOf } from './returning.ts'

/** How many part refunds a payment may have, refused ones included: the API's list has no more. */
const MOST_PARTS = 20

export type RefundTooMuch = { type: 'RefundTooMuch'; message: string; refundable: Money }

/** What the owner asks for. `id` is made of the order's and the owner's key; `cause` is new. */
export type PartRequest = Pick<PartRefund, 'id' | 'refundKey' | 'amount' | 'reason' | 'cause'> & { at: Date }

/**
 * Begins a part refund of an approved payment whose order has not ended. It must be committed before its call is sent. At
 * `retryAt` another process repeats the call, if this one has died.
 */
export function beginPart(
  payment: Payment,
  { at, ...request }: PartRequest,
  retryAt: Date,
): { payment: Payment; part: PartRefund; call: ProviderCall } | WrongState | RefundTooMuch {
  const { status, closed, parts } = payment
  if (status !== 'APPROVED') return wrongState('Only what was paid can be returned, once.', status)
  if (closed) return wrongState('The order has ended: all that was paid for it is being returned.', status)
  if (parts.length >= MOST_PARTS) return wrongState(`A payment has at most ${MOST_PARTS} refunds.`, status)
  const refundable = refundableOf(payment)
  if (request.amount.amount > refundable) return tooMuch(refundable)
  const charged = chargedAttempt(payment)
  const part: PartRefund = {
    ...request,
    key: `${charged.key}:refund:${request.id}`,
    state: 'open',
    asked: 1,
    at: at.toISOString(),
    dueAt: retryAt.toISOString(),
  }
  const attempts = payment.attempts.map((other) =>
    other === charged ? { ...charged, state: 'split' as const } : other,
  )
  const begun = afterParts({ ...payment, attempts, parts: [...parts, part] }, retryAt)
  return { payment: begun, part, call: callFor(begun, part) }
}

/** The provider call of a part. */
export const callFor = (payment: Payment, { id, key, cause, amount }: PartRefund): ProviderCall => ({
  type: 'part',
  orderId: payment.id,
  ...{ key, cause, refundId: id, amount },
  chargeKey: chargedAttempt(payment).key,
})

const wrongState = (message: string, status: string): WrongState => ({ type: 'WrongState', message, status })

function tooMuch(amount: number): RefundTooMuch {
  const message = `At most ${amount} KRW can be returned: a refund that is not known yet counts, too.`
  return { type: 'RefundTooMuch', message, refundable: { amount, currency: 'KRW' } }
}
