import type { SaidBy } from '../../../schema/events/facts.ts'

/** 결제. The payment of one order. It has the order's id (docs/language.md, "payment"). */
export type Payment = {
  id: string
  /** Null, like the amount, if the order ended before anything else was known of it. */
  customerId: string | null
  amount: Money | null
  /** Whose the order is, by OrderConfirmed; null until that is heard. */
  storeId: string | null
  /** When the order was placed, by Ordered; null until that is heard: customer and amount are then only what a charge says. */
  orderedAt: Date | null
  /** When a charge was asked for first. */
  chargedAt: Date | null
  status: 'NONE' | 'APPROVED' | 'DECLINED' | 'CANCELLED'
  /** The tombstone: nothing more is charged, and a charge that is known now or later is refunded. */
  closed: boolean
  /** One for each token. At most one is open, and payer.ts limits the declined ones. */
  attempts: Attempt[]
  /** What the store's owner has returned of it, oldest first (part-refunds.ts). */
  parts: PartRefund[]
  /** The return of the rest, since the order has ended. */
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
  /**
   * `split`: charged, and a part refund was asked for. It is no `charged` one, so that a process of the release before, which knows
   * no parts and would return the whole once more, throws instead.
   */
  state: 'open' | 'charged' | 'split' | 'declined' | 'voided' | 'refunded'
  /** The number of provider calls: increased, and committed, before each one. */
  asked: number
  /** The id of the command that opened it, which is the causation id of its facts. */
  cause: string
}

/** A refund, with its own provider key; due until the payment is CANCELLED. */
export type Refund = { key: string; asked: number; says: 'PaymentCancelled' | 'ForciblyCancelled'; cause: string } & {
  /** When it was first asked again, RFC 3339; absent before. */
  since?: string
  /** Set when an operator was told that it is open for a day. */
  told?: true
}

/** 부분환불. A part of what was paid, which the store's owner returns. */
export type PartRefund = {
  id: string
  /** The owner's own key: an order has one part refund for each. */
  refundKey: string
  /** The provider's idempotency key, made of the charge's and this id, since two orders may have the same `refundKey`. */
  key: string
  amount: Money
  /** For the customer to read. It may name a person, so it is in no fact. */
  reason: string
  /** `open`: not known whether it was returned. `refused`: the provider declined, so it was not. */
  state: 'open' | 'done' | 'refused'
  /** The number of provider calls: increased, and committed, before each one. */
  asked: number
  /** The id of the command, which is the causation id of its fact. */
  cause: string
  /** When the owner asked for it: RFC 3339, as the next one. */
  at: string
  /** When the next provider call is due; null if it is settled. */
  dueAt: string | null
  /** Set when an operator was told that it is open for a day. */
  told?: true
  /** Since when an operator has it held (held-parts.ts): RFC 3339. The provider is not asked until `dueAt`. */
  heldAt?: string
}

/** A call to the provider. `key` is its idempotency key, `cause` the causation id of the resulting facts. */
export type ProviderCall = { orderId: string; key: string; cause: string } & (
  | { type: 'charge'; token: string; amount: Money }
  | { type: 'void' }
  | { type: 'refund'; chargeKey: string; amount: Money }
  | { type: 'part'; refundId: string; chargeKey: string; amount: Money }
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

  const before = payment?.customerId ? payment : { ...(payment ?? newPayment(orderId)), customerId, amount }
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

export const isFor = (payment: Payment, customerId: string, amount: Money) =>
  payment.customerId === customerId &&
  payment.amount?.amount === amount.amount &&
  payment.amount.currency === amount.currency

/** The payment of an order of which nothing is known yet. */
export const newPayment = (id: string): Payment => ({
  id,
  customerId: null,
  amount: null,
  storeId: null,
  orderedAt: null,
  chargedAt: null,
  status: 'NONE',
  closed: false,
  attempts: [],
  parts: [],
  refund: null,
  dueAt: null,
})
