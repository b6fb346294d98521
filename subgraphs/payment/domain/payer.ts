import { type Answer, openAttempt, type Payment } from './payment.ts'

/**
 * What a customer has tried to pay with, over all orders, so that nobody finds out here which stolen cards are still
 * good. Locked after the payment, wherever an attempt is opened or it is learned that one was declined.
 */
export type Payer = {
  id: string
  /** When attempts of theirs were declined; RFC 3339, oldest first, of the last hour when one was last opened. */
  declined: string[]
  /** The orders that had an open attempt when one was last opened, and that one's. */
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
 * no number of them at once exceeds the limit; who is kept waiting for them only is told Unavailable. `tried` are the
 * payments of `payer.open`: whether an attempt is still open is known by these alone, whoever settled it.
 */
export function opens(
  payer: Payer,
  tried: Payment[],
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
  const open = tried.filter(openAttempt).map(({ id }) => id)
  if (declined.length + open.length >= limits.mostDeclinedAnHour) return { answer: 'Unavailable' }
  return { payer: { ...payer, declined, open: [...open, orderId] } }
}

/** The payer when an attempt of theirs was declined. */
export const declines = (payer: Payer, now: Date): Payer => ({
  ...payer,
  declined: [...payer.declined, now.toISOString()],
})
