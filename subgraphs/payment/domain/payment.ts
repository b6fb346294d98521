import type { Fact, SaidBy } from '../../../schema/events/facts.ts'

/** 결제. The payment of one order, whose id it has (docs/language.md, "payment"). */
export type Payment = {
  id: string
  /** Null, as is the amount, where the order was over before anything else was known of it. */
  customerId: string | null
  amount: Money | null
  /** When the order was placed, by Ordered; null until that is heard: customer and amount are then only what a charge says. */
  orderedAt: Date | null
  /** When a charge was asked for first. */
  chargedAt: Date | null
  status: 'NONE' | 'APPROVED' | 'DECLINED' | 'CANCELLED'
  /** The tombstone: nothing is charged any more; what was charged, or yet turns out to be, is returned. */
  closed: boolean
  /** One for each token; at most one is open, and payer.ts bounds how many are declined. */
  attempts: Attempt[]
  refund: Refund | null
  /** When the provider is to be asked (again); null: nothing is left to find out or to return. */
  dueAt: Date | null
}

export type Money = { amount: number; currency: 'KRW' }

/** One go at charging. */
export type Attempt = {
  /** The provider's idempotency key: the same for the same order and token, however often it is asked. */
  key: string
  /** A secret: kept while it is needed for asking again, and no longer. */
  token: string | null
  state: 'open' | 'charged' | 'declined' | 'voided' | 'refunded'
  /** How often the provider may have been asked: counted, and committed, before each asking. */
  asked: number
  /** The command that opened it: what is said of it follows from that. */
  cause: string
}

/** The money to be returned, by a provider key of its own; due until the payment is CANCELLED. */
export type Refund = { key: string; asked: number; says: 'PaymentCancelled' | 'ForciblyCancelled'; cause: string }

/** What the provider is to be asked. `key` is its idempotency key, `cause` what the facts that come of it follow from. */
export type Question = { orderId: string; key: string; cause: string } & (
  | { type: 'charge'; token: string; amount: Money }
  | { type: 'void' }
  | { type: 'refund'; chargeKey: string; amount: Money }
)

/** What becomes of a payment, and what is said of it. */
export type Decision = { payment: Payment; says: SaidBy<'payment'>[] }

/** What whoever wants to charge is told. */
export type Answer =
  | 'Approved'
  | 'Declined'
  | 'Pending'
  | 'Closed'
  | 'Unavailable'
  /** No attempt is opened (payer.ts): not for this order any more (null), or for none of the customer's for so long. */
  | { answer: 'TooManyDeclined'; retryAfterSeconds: number | null }

export type Charge = {
  orderId: string
  customerId: string
  amount: Money
  token: string
  /** The attempt's key and cause, and when it is asked for. */
  key: string
  cause: string
  at: Date
}

export const openAttempt = ({ attempts }: Payment) => attempts.find(({ state }) => state === 'open')

/**
 * What a charge comes to by the present state: an answer, or a joining of the open attempt, or a new attempt. The
 * attempt is to be committed before its question is asked; `askAgainAt` is when someone else asks, should the asker die.
 */
export function charge(
  payment: Payment | null,
  { orderId, customerId, amount, token, key, cause, at }: Charge,
  askAgainAt: Date,
): { answer: Answer } | { joins: Payment } | { payment: Payment; question: Question } {
  if (payment?.customerId && !isFor(payment, customerId, amount)) {
    throw new Error(`Order ${orderId} is charged to another customer, or another amount, than before.`)
  }
  if (payment?.closed) return { answer: 'Closed' }
  if (payment?.status === 'APPROVED') return { answer: 'Approved' }
  const same = payment?.attempts.find((attempt) => attempt.key === key)
  if (payment && same?.state === 'open') return { joins: payment }
  if (payment && openAttempt(payment)) return { answer: 'Pending' }
  if (same?.state === 'declined') return { answer: 'Declined' }

  const before = payment ?? { ...unheardOf(orderId), customerId, amount }
  const attempt: Attempt = { key, token, state: 'open', asked: 1, cause }
  return {
    payment: {
      ...before,
      chargedAt: before.chargedAt ?? at,
      attempts: [...before.attempts.filter((other) => other !== same), attempt],
      dueAt: askAgainAt,
    },
    question: { type: 'charge', orderId, key, cause, token, amount },
  }
}

const isFor = (payment: Payment, customerId: string, amount: Money) =>
  payment.customerId === customerId &&
  payment.amount?.amount === amount.amount &&
  payment.amount.currency === amount.currency

/**
 * Ordered: whose order it is, and what it costs; from now on nothing else is charged for it. It may come after a charge, which
 * order asks for as soon as it has recorded the order. A charge that it contradicts was never this order's, and is returned.
 */
export function ordered(payment: Payment | null, fact: Fact<'Ordered'>): Payment {
  if (payment?.orderedAt) return payment
  const { customerId, total, orderId } = fact.data
  const known = payment ?? unheardOf(orderId)
  const heard: Payment = { ...known, orderedAt: new Date(fact.occurredAt) }
  if (known.customerId === null) return { ...heard, customerId, amount: total }
  return isFor(known, customerId, total) ? heard : close(heard, fact)
}

/** A charge whose order was never heard of: there is none. Closes the payment, so that what was charged is returned. */
export const closeUnheard = (payment: Payment, cause: string): Payment =>
  payment.orderedAt ? payment : close(payment, { id: cause, data: { orderId: payment.id } })

/** What hearing each fact changes; a pair of state and fact not listed changes nothing. */
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
  return { ...(payment ?? unheardOf(fact.data.orderId)), closed: true }
}

/** Due at once, whatever the clock of who said the fact. */
const refundFor = (payment: Payment, says: Refund['says'], { id }: HeardFact) => refund(payment, says, id, new Date(0))

/** Closes what is approved and makes the refund due; the first reason for it stands. */
export function refund(payment: Payment, says: Refund['says'], cause: string, dueAt: Date): Payment {
  if (payment.refund) return payment
  const key = `${chargedAttempt(payment).key}:refund`
  return { ...payment, closed: true, refund: { key, asked: 0, says, cause }, dueAt }
}

export function chargedAttempt({ id, attempts }: Payment): Attempt {
  const charged = attempts.find(({ state }) => state === 'charged')
  if (!charged) throw new Error(`Payment ${id} is approved, but no attempt of it is charged.`)
  return charged
}

const unheardOf = (id: string): Payment => ({
  id,
  customerId: null,
  amount: null,
  orderedAt: null,
  chargedAt: null,
  status: 'NONE',
  closed: false,
  attempts: [],
  refund: null,
  dueAt: null,
})
