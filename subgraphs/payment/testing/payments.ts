import type { Attempt, Charge, Payment, Refund } from '../domain/payment.ts'

export const orderId = '019b0000-0000-7000-8000-0000000000aa'
export const customerId = '019b0000-0000-7000-8000-00000000000c'
export const amount = { amount: 50_000, currency: 'KRW' } as const

export const due = new Date('2026-01-01T00:00:00Z')

const attempt = (token: string, state: Attempt['state']): Attempt => ({
  key: `key of ${token}`,
  token: state === 'open' ? token : null,
  state,
  asked: 1,
  cause: 'command-1',
})

export const someCharge = (token: string): Charge => ({
  orderId,
  customerId,
  amount,
  token,
  key: `key of ${token}`,
  cause: 'command-2',
  at: due,
})

const refund = (says: Refund['says']): Refund => ({ key: 'key of tok-1:refund', asked: 0, says, cause: 'fact-1' })

const payment = (change: Partial<Payment>): Payment => ({
  id: orderId,
  customerId,
  amount,
  storeId: null,
  orderedAt: null,
  chargedAt: due,
  status: 'NONE',
  closed: false,
  attempts: [],
  parts: [],
  refund: null,
  dueAt: null,
  ...change,
})

/** A payment in every state there is, by the words of docs/language.md; tok-1 was tried first, tok-2 then. */
export const payments = {
  none: null,
  open: payment({ attempts: [attempt('tok-1', 'open')], dueAt: due }),
  DECLINED: payment({ status: 'DECLINED', attempts: [attempt('tok-1', 'declined')] }),
  'DECLINED, open': payment({
    status: 'DECLINED',
    attempts: [attempt('tok-1', 'declined'), attempt('tok-2', 'open')],
    dueAt: due,
  }),
  APPROVED: payment({ status: 'APPROVED', attempts: [attempt('tok-1', 'charged')] }),
  ordered: payment({ orderedAt: due, chargedAt: null }),
  closed: payment({ customerId: null, amount: null, chargedAt: null, closed: true }),
  'open, closed': payment({ closed: true, attempts: [attempt('tok-1', 'open')], dueAt: due }),
  'DECLINED, closed': payment({ status: 'DECLINED', closed: true, attempts: [attempt('tok-1', 'declined')] }),
  'APPROVED, closed': payment({
    status: 'APPROVED',
    closed: true,
    attempts: [attempt('tok-1', 'charged')],
    refund: refund('PaymentCancelled'),
    dueAt: due,
  }),
  CANCELLED: payment({
    status: 'CANCELLED',
    closed: true,
    attempts: [attempt('tok-1', 'refunded')],
    refund: refund('PaymentCancelled'),
  }),
} satisfies { [state: string]: Payment | null }

export type State = keyof typeof payments

/** What `Ports.unheard` answers, of all payments there are. */
export function unheardAmong(all: Payment[], afterMs: number): string[] {
  const placed = all.flatMap(({ orderedAt }) => (orderedAt ? [orderedAt.getTime()] : []))
  const [first, last] = [Math.min(...placed), Math.max(...placed)]
  const isUnheard = ({ orderedAt, chargedAt, closed }: Payment) => {
    if (orderedAt || closed || !chargedAt) return false
    return chargedAt.getTime() < last - afterMs && chargedAt.getTime() > first + afterMs
  }
  return all.filter(isUnheard).map(({ id }) => id)
}

/** A payment in the words the tables are written in: `DECLINED, closed; declined voided; PaymentCancelled due`. */
export function told(present: Payment | null): string {
  if (!present) return 'none'
  const { status, closed, attempts, dueAt } = present
  const states = attempts.map(({ state }) => state).join(' ')
  const parts = present.parts.map(({ state, amount }) => `${amount.amount} ${state}`).join(', ')
  const refundDue = present.refund && status === 'APPROVED' ? `${present.refund.says} due` : ''
  // Exactly the payments with an open attempt, an open part or a refund have a due time.
  if ((dueAt !== null) !== (/open/.test(states + parts) || refundDue !== ''))
    throw new Error('dueAt does not fit the state')
  return [`${status}${closed ? ', closed' : ''}`, states, parts, refundDue].filter(Boolean).join('; ')
}
