import {
  type Attempt,
  chargedAttempt,
  type Decision,
  type Money,
  openAttempt,
  type Payment,
  type Question,
  refund,
} from './payment.ts'

/**
 * What the provider said. `refused`: it did not let this asking take effect (overloaded, not reached). `unknown`: it
 * did not answer, so anything may have happened. `voided`: the key is void, nothing is charged by it, now or later.
 */
export type Outcome = 'charged' | 'declined' | 'voided' | 'refunded' | 'refused' | 'unknown'

/** How long to wait after the nth asking that brought nothing: 1 s, doubled up to 30 s. */
const backOffMs = (asked: number) => Math.min(1_000 * 2 ** (asked - 1), 30_000)

/**
 * What is to be asked now, of a payment of which something is left to find out or to return. It is to be committed
 * before it is asked; `askAgainAt` is when someone else asks, should the asker die. Throws where nothing is left.
 */
export function ask(payment: Payment, askAgainAt: Date): { payment: Payment; question: Question } {
  const { id: orderId, amount } = payment
  if (!amount) throw new Error(`Payment ${orderId} was never asked for.`)
  const open = openAttempt(payment)
  if (open) {
    const { key, token, cause } = open
    if (token === null) throw new Error(`Payment ${orderId} has lost the token of its open attempt.`)
    const asked = withAttempt(payment, { ...open, asked: open.asked + 1 })
    return {
      payment: { ...asked, dueAt: askAgainAt },
      question: payment.closed
        ? { type: 'void', orderId, key, cause }
        : { type: 'charge', orderId, key, cause, token, amount },
    }
  }
  if (!payment.refund || payment.status !== 'APPROVED') throw new Error(`Payment ${orderId} has nothing left to ask.`)
  const { key, cause, asked } = payment.refund
  return {
    payment: { ...payment, refund: { ...payment.refund, asked: asked + 1 }, dueAt: askAgainAt },
    question: { type: 'refund', orderId, key, cause, chargeKey: chargedAttempt(payment).key, amount },
  }
}

/** Takes in what the provider said to a question. Said twice, or when it is settled otherwise, it changes nothing. */
export function learn(payment: Payment, question: Question, outcome: Outcome, now: Date): Decision {
  const { amount } = payment
  if (!amount) throw new Error(`Payment ${payment.id} was never asked for.`)
  return question.type === 'refund'
    ? learnOfRefund(payment, amount, outcome, now)
    : learnOfCharge(payment, amount, question.key, outcome, now)
}

function learnOfCharge(payment: Payment, amount: Money, key: string, outcome: Outcome, now: Date): Decision {
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
      // Only of the very first asking does "no effect" say that there is none; an earlier one may have had it.
      return attempt.asked > 1 ? later(payment, attempt.asked, now) : { payment: without(payment, key), says: [] }
    case 'unknown':
      return later(payment, attempt.asked, now)
  }
}

function learnOfRefund(payment: Payment, amount: Money, outcome: Outcome, now: Date): Decision {
  if (!payment.refund || payment.status !== 'APPROVED') return { payment, says: [] }
  // Voided: a void that was asked before the charge was known has returned the money already.
  if (outcome !== 'refunded' && outcome !== 'voided') return later(payment, payment.refund.asked, now)
  const returned: Payment = settled(payment, { ...chargedAttempt(payment), state: 'refunded' })
  return {
    payment: { ...returned, status: 'CANCELLED' },
    says: [{ type: payment.refund.says, data: { orderId: payment.id, amount } }],
  }
}

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

const later = (payment: Payment, asked: number, now: Date): Decision => ({
  payment: { ...payment, dueAt: new Date(now.getTime() + backOffMs(asked)) },
  says: [],
})
