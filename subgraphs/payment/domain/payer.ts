import { type Answer, openAttempt, type Payment } from './payment.ts'

/**
 * A customer's payment attempts for all orders, to prevent tests of stolen cards. Locked after the payment, whenever an attempt
 * is opened or declined.
 */
export type Payer = {
  id: string
  /** When the customer's attempts were declined: RFC 3339, oldest first, within the hour before the last one was opened. */
  declined: string[]
  /** The orders that had an open attempt when the last one was opened, and that order. */
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
 * The payer with one more open attempt; or the answer if a limit is reached. Open attempts count as declined, so that concurrent
 * ones cannot exceed the limit; if only they reach it, the answer is Unavailable. `tried` are the payments of `payer.open`,
 * which show whether an attempt is still open.
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

/** The payer after a declined attempt. */
export const declines = (payer: Payer, now: Date): Payer => ({
  ...payer,
  declined: [...payer.declined, now.toISOString()],
})
