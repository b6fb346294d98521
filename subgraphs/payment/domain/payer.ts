import type { Answer, Payment } from './payment.ts'

/**
 * What a customer has tried to pay with, over all orders, so that nobody finds out here which stolen cards are still
 * good. Locked after the payment, wherever an attempt is opened or its outcome is learned.
 */
export type Payer = {
  id: string
  /** When attempts of theirs were declined; RFC 3339, oldest first, of the last hour when one was last opened. */
  declined: string[]
  /** Orders with an open attempt. */
  open: string[]
}

export type PayerLimits = {
  /** Declined attempts of one order. */
  mostDeclinedOfOrder: number
  /** Declined attempts of a customer within an hour. */
  mostDeclinedAnHour: number
}

const HOUR_MS = 60 * 60_000
const recent = ({ declined }: Payer, now: Date) => declined.filter((at) => Date.parse(at) > now.getTime() - HOUR_MS)

export const newPayer = (id: string): Payer => ({ id, declined: [], open: [] })

/**
 * The payer with one more open attempt; or what is answered instead. Open ones count as if they were declined, so that
 * no number of them at once exceeds the limit; who is kept waiting for them only is told Unavailable.
 */
export function opens(
  payer: Payer,
  payment: Payment | null,
  orderId: string,
  now: Date,
  limits: PayerLimits,
): { payer: Payer } | { answer: Answer } {
  const ofOrder = payment?.attempts.filter(({ state }) => state === 'declined').length ?? 0
  if (ofOrder >= limits.mostDeclinedOfOrder) return { answer: { answer: 'TooManyDeclined', retryAfterSeconds: null } }
  const declined = recent(payer, now)
  const oldest = declined.at(-limits.mostDeclinedAnHour)
  if (declined.length >= limits.mostDeclinedAnHour && oldest) {
    const forMs = Date.parse(oldest) + HOUR_MS - now.getTime()
    return { answer: { answer: 'TooManyDeclined', retryAfterSeconds: Math.ceil(forMs / 1_000) } }
  }
  if (declined.length + payer.open.length >= limits.mostDeclinedAnHour) return { answer: 'Unavailable' }
  return { payer: { ...payer, declined, open: [...payer.open, orderId] } }
}

/** The payer when the outcome of an order's open attempt is known. */
export const settles = (payer: Payer, orderId: string, isDeclined: boolean, now: Date): Payer => ({
  ...payer,
  declined: isDeclined ? [...payer.declined, now.toISOString()] : payer.declined,
  open: payer.open.filter((id) => id !== orderId),
})
