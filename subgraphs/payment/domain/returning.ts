import type { Attempt, Money, PartRefund, Payment, Refund } from './payment.ts'

/** The attempt by which the payment was charged. Throws if it was not. */
export function chargedAttempt({ id, attempts }: Payment): Attempt {
  const charged = attempts.find(({ state }) => state === 'charged' || state === 'split')
  if (!charged) throw new Error(`Payment ${id} is approved, but no attempt of it is charged.`)
  return charged
}

const sumOf = ({ parts }: Payment, ...states: PartRefund['state'][]): number =>
  parts.reduce((sum, { state, amount }) => (states.includes(state) ? sum + amount.amount : sum), 0)

/** What was returned so far; 0 if nothing. */
export const returnedOf = (payment: Payment): number =>
  payment.status === 'CANCELLED' ? (payment.amount?.amount ?? 0) : sumOf(payment, 'done')

/** What a further part may return at most: an open one may have been returned already. */
export const refundableOf = (payment: Payment): number => (payment.amount?.amount ?? 0) - sumOf(payment, 'done', 'open')

/** What is left to return when the order has ended, once all parts are known. */
export const restOf = (payment: Payment): Money => ({
  amount: (payment.amount?.amount ?? 0) - sumOf(payment, 'done'),
  currency: 'KRW',
})

/** The open part whose next provider call is due first. */
export const nextPart = ({ parts }: Payment): PartRefund | undefined =>
  parts
    .filter(({ state }) => state === 'open')
    .sort((a, b) => Date.parse(a.dueAt ?? a.at) - Date.parse(b.dueAt ?? b.at))[0]

/** Closes an approved payment and makes its refund due. The first reason for a refund is kept. */
export function refund(payment: Payment, says: Refund['says'], cause: string, dueAt: Date): Payment {
  if (payment.refund) return payment
  const key = `${chargedAttempt(payment).key}:refund`
  return afterParts({ ...payment, closed: true, refund: { key, asked: 0, says, cause } }, dueAt)
}

/**
 * The payment with the time of its next call: that of an open part; then, if it is closed, the refund's, `dueAt`, or CANCELLED if
 * the parts have returned everything.
 */
export function afterParts(payment: Payment, dueAt: Date): Payment {
  const open = nextPart(payment)
  if (open?.dueAt) return { ...payment, dueAt: new Date(open.dueAt) }
  if (!payment.refund) return { ...payment, dueAt: null }
  return restOf(payment).amount > 0 ? { ...payment, dueAt } : cancelled(payment)
}

/** The payment after all of it was returned. */
export function cancelled(payment: Payment): Payment {
  const charged = chargedAttempt(payment)
  const attempts = payment.attempts.map((attempt) =>
    attempt === charged ? { ...charged, token: null, state: 'refunded' as const } : attempt,
  )
  return { ...payment, attempts, status: 'CANCELLED', dueAt: null }
}
