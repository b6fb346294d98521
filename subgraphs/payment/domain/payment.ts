import type { Fact, SaidBy } from '../../../schema/events/facts.ts'

/** 결제. The payment of one order. It has the order's id (docs/language.md, "payment"). */
export type Payment = {
  id: string
  /** Null, like the amount, if the order ended before anything else was known of it. */
  customerId: string | null
  amount: Money | null
  /** When the order was placed, by Ordered; null until that is heard: customer and amount are then only what a charge says. */
  orderedAt: Date | null
  /** When a charge was asked for first. */
  chargedAt: Date | null
  status: 'NONE' | 'APPROVED' | 'DECLINED' | 'CANCELLED'
  /** The tombstone: nothing more is charged, and a charge that is known now or later is refunded. */
  closed: boolean
  /** One for each token. At most one is open, and payer.ts limits the declined ones. */
  attempts: Attempt[]
  refund: Refund | null
  /** When the next provider call is due; null if the payment is settled. */
  dueAt: Date | null
}

export type Money = { amount: number; currency: 'KRW' }

/** One attempt to charge. */
export type Attempt = {
  /** The provider's idempotency key: the same in each call for this order and token. */
  key: string
  /** A secret, stored only while it is needed to repeat the call. */
  token: string | null
  state: 'open' | 'charged' | 'declined' | 'voided' | 'refunded'
  /** The number of provider calls: increased, and committed, before each one. */
  asked: number
  /** The id of the command that opened it, which is the causation id of its facts. */
  cause: string
}

/** A refund, with its own provider key; due until the payment is CANCELLED. */
export type Refund = { key: string; asked: number; says: 'PaymentCancelled' | 'ForciblyCancelled'; cause: string }

/** A call to the provider. `key` is its idempotency key, `cause` the causation id of the resulting facts. */
export type ProviderCall = { orderId: string; key: string; cause: string } & (
  | { type: 'charge'; token: string; amount: Money }
  | { type: 'void' }
  | { type: 'refund'; chargeKey: string; amount: Money }
)

/** The payment after a decision, and the facts to say. */
export type Decision = { payment: Payment; says: SaidBy<'payment'>[] }

/** The answer to a charge request. */
export type Answer =
  | 'Approved'
  | 'Declined'
  | 'Pending'
  | 'Closed'
  | 'Unavailable'
  /** No attempt is opened (payer.ts): never again for this order (null), or for this customer within that time. */
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
 * The effect of a charge request in the present state: an answer, or joining the open attempt, or a new attempt. A new attempt
 * must be committed before its call is sent. At `retryAt` another process repeats the call, if this one has died.
 */
export function charge(
  payment: Payment | null,
  { orderId, customerId, amount, token, key, cause, at }: Charge,
  retryAt: Date,
): { answer: Answer } | { joins: Payment } | { payment: Payment; call: ProviderCall } {
  if (payment?.customerId && !isFor(payment, customerId, amount)) {
    throw new Error(`Order ${orderId} is charged to another customer, or another amount, than before.`)
  }
  if (payment?.closed) return { answer: 'Closed' }
  if (payment?.status === 'APPROVED') return { answer: 'Approved' }
  const same = payment?.attempts.find((attempt) => attempt.key === key)
  if (payment && same?.state === 'open') return { joins: payment }
  if (payment && openAttempt(payment)) return { answer: 'Pending' }
  if (same?.state === 'declined') return { answer: 'Declined' }

  const before = payment ?? { ...newPayment(orderId), customerId, amount }
  const attempt: Attempt = { key, token, state: 'open', asked: 1, cause }
  return {
    payment: {
      ...before,
      chargedAt: before.chargedAt ?? at,
      attempts: [...before.attempts.filter((other) => other !== same), attempt],
      dueAt: retryAt,
    },
    call: { type: 'charge', orderId, key, cause, token, amount },
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
  const known = payment ?? newPayment(orderId)
  const heard: Payment = { ...known, orderedAt: new Date(fact.occurredAt) }
  if (known.customerId === null) return { ...heard, customerId, amount: total }
  return isFor(known, customerId, total) ? heard : close(heard, fact)
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

/** Closes an approved payment and makes its refund due. The first reason for a refund is kept. */
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

const newPayment = (id: string): Payment => ({
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
