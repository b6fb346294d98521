import { callFor } from './part-refunds.ts'
import {
  type Attempt,
  type Decision,
  type Money,
  openAttempt,
  type PartRefund,
  type Payment,
  type ProviderCall,
} from './payment.ts'
import { afterParts, cancelled, chargedAttempt, nextPart, refund, restOf, returnedOf } from './returning.ts'

/**
 * The outcome of a provider call. `refused`: this call had no effect (the provider was overloaded or not reached). `unknown`:
 * there was no answer, so anything may have happened. `voided`: nothing is charged by this key, now or later.
 */
export type Outcome = 'charged' | 'declined' | 'voided' | 'refunded' | 'refused' | 'unknown'

/** The back-off after the nth call without an outcome: 1 s, doubled up to 30 s. */
const backOffMs = (asked: number) => Math.min(1_000 * 2 ** (asked - 1), 30_000)

/**
 * The next provider call for a payment whose outcome is unknown or whose refund is due. The returned payment must be committed
 * before the call is sent. At `retryAt` another process repeats it, if this one has died. Throws if no call is due.
 */
export function nextCall(payment: Payment, retryAt: Date): { payment: Payment; call: ProviderCall } {
  const { id: orderId, amount } = payment
  if (!amount) throw new Error(`Payment ${orderId} has never been charged.`)
  const open = openAttempt(payment)
  if (open) {
    const { key, token, cause } = open
    if (token === null) throw new Error(`Payment ${orderId} has lost the token of its open attempt.`)
    const asked = withAttempt(payment, { ...open, asked: open.asked + 1 })
    return {
      payment: { ...asked, dueAt: retryAt },
      call: payment.closed
        ? { type: 'void', orderId, key, cause }
        : { type: 'charge', orderId, key, cause, token, amount },
    }
  }
  const part = nextPart(payment)
  if (part) {
    const { heldAt: _, ...free } = part
    const again = { ...free, asked: part.asked + 1, dueAt: retryAt.toISOString() }
    return { payment: afterParts(withPart(payment, again), retryAt), call: callFor(payment, part) }
  }
  if (!payment.refund || payment.status !== 'APPROVED') throw new Error(`Payment ${orderId} needs no provider call.`)
  const { key, cause, asked } = payment.refund
  return {
    payment: { ...payment, refund: { ...payment.refund, asked: asked + 1 }, dueAt: retryAt },
    call: { type: 'refund', orderId, key, cause, chargeKey: chargedAttempt(payment).key, amount: restOf(payment) },
  }
}

/** Applies the outcome of a call. If it was applied already, or the payment is settled otherwise, nothing changes. */
export function applyOutcome(payment: Payment, call: ProviderCall, outcome: Outcome, now: Date): Decision {
  const { amount } = payment
  if (!amount) throw new Error(`Payment ${payment.id} has never been charged.`)
  switch (call.type) {
    case 'part':
      return applyPartOutcome(payment, call.key, outcome, now)
    case 'refund':
      return applyRefundOutcome(payment, outcome, now)
    default:
      return applyChargeOutcome(payment, amount, call.key, outcome, now)
  }
}

function applyChargeOutcome(payment: Payment, amount: Money, key: string, outcome: Outcome, now: Date): Decision {
  const attempt = openAttempt(payment)
  if (attempt?.key !== key) return { payment, says: [] }
  const data = { orderId: payment.id, amount }
  switch (outcome) {
    case 'charged': {
      const approved: Payment = { ...settled(payment, { ...attempt, state: 'charged' }), status: 'APPROVED' }
      return {
        payment: payment.closed ? refund(approved, 'PaymentCancelled', attempt.cause, now) : approved,
        says: [{ type: 'Paid', data }],
      }
    }
    case 'declined':
      return {
        payment: { ...settled(payment, { ...attempt, state: 'declined' }), status: 'DECLINED' },
        says: [{ type: 'PaymentDeclined', data }],
      }
    case 'voided':
    case 'refunded':
      return { payment: settled(payment, { ...attempt, state: 'voided' }), says: [] }
    case 'refused':
      // Only the refusal of the first call proves that there was no effect, because an earlier one may have had it.
      return attempt.asked > 1 ? retryLater(payment, attempt.asked, now) : { payment: without(payment, key), says: [] }
    case 'unknown':
      return retryLater(payment, attempt.asked, now)
  }
}

function applyRefundOutcome(payment: Payment, outcome: Outcome, now: Date): Decision {
  if (!payment.refund || payment.status !== 'APPROVED') return { payment, says: [] }
  // Voided: a void that was sent before the charge was known has returned the money already.
  if (outcome !== 'refunded' && outcome !== 'voided') return retryLater(payment, payment.refund.asked, now)
  const data = { orderId: payment.id, amount: restOf(payment) }
  return { payment: cancelled(payment), says: [{ type: payment.refund.says, data }] }
}

/** Only that the provider declined, by the part's own key, means that nothing was returned and nothing will be. */
function applyPartOutcome(payment: Payment, key: string, outcome: Outcome, now: Date): Decision {
  const part = payment.parts.find((other) => other.key === key)
  if (part?.state !== 'open') return { payment, says: [] }
  switch (outcome) {
    case 'refunded':
    case 'voided': {
      const done = withPart(payment, { ...part, state: 'done', dueAt: null })
      const refundedTotal: Money = { amount: returnedOf(done), currency: 'KRW' }
      const data = { orderId: payment.id, refundId: part.id, amount: part.amount, refundedTotal }
      return { payment: afterParts(done, now), says: [{ type: 'PartlyRefunded', data }] }
    }
    case 'declined':
      return { payment: afterParts(withPart(payment, { ...part, state: 'refused', dueAt: null }), now), says: [] }
    default: {
      // A call that was under way when an operator held it: it stays held.
      if (part.heldAt) return { payment, says: [] }
      const dueAt = new Date(now.getTime() + backOffMs(part.asked)).toISOString()
      return { payment: afterParts(withPart(payment, { ...part, dueAt }), now), says: [] }
    }
  }
}

const DAY_MS = 24 * 60 * 60_000

/**
 * Notes that this return of money has been tried for a day without being known. `tells`: now for the first time, so that an
 * operator must look. Others than returns never do.
 */
export function noteOverdue(payment: Payment, call: ProviderCall, now: Date): { payment: Payment; tells: boolean } {
  const isOld = (since: string) => now.getTime() - Date.parse(since) > DAY_MS
  const { refund, parts } = payment
  const part = call.type === 'part' ? parts.find(({ id }) => id === call.refundId) : undefined
  if (part && !part.told && isOld(part.at)) return { payment: withPart(payment, { ...part, told: true }), tells: true }
  if (call.type !== 'refund' || !refund || refund.told) return { payment, tells: false }
  const { since = now.toISOString() } = refund
  const tells = isOld(since)
  return { payment: { ...payment, refund: { ...refund, since, ...(tells && { told: true }) } }, tells }
}

const withPart = (payment: Payment, part: PartRefund): Payment => ({
  ...payment,
  parts: payment.parts.map((other) => (other.id === part.id ? part : other)),
})

const withAttempt = (payment: Payment, attempt: Attempt): Payment => ({
  ...payment,
  attempts: payment.attempts.map((other) => (other.key === attempt.key ? attempt : other)),
})

const settled = (payment: Payment, attempt: Attempt): Payment => ({
  ...withAttempt(payment, { ...attempt, token: null }),
  dueAt: null,
})

const without = (payment: Payment, key: string): Payment => ({
  ...payment,
  attempts: payment.attempts.filter((attempt) => attempt.key !== key),
  dueAt: null,
})

const retryLater = (payment: Payment, asked: number, now: Date): Decision => ({
  payment: { ...payment, dueAt: new Date(now.getTime() + backOffMs(asked)) },
  says: [],
})
