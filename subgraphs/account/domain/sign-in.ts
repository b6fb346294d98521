/** How long a code is good for, in ms. */
export const CODE_LIFETIME_MS = 5 * 60_000

/** Wrong tries that one code allows; then there must be another. */
export const MOST_TRIES = 5

/** How long a person may take for the pages of one sign-in, in seconds. */
export const SIGN_IN_WITHIN_S = 30 * 60

/** A person's attempt to sign in, by the id of the interaction that their browser has a cookie of. */
export type Attempt = {
  id: string
  /** In E.164, as +821012345678. */
  phone: string
  /** Null once the code was used. */
  codeHash: string | null
  codeExpiresAt: number
  tries: number
  /** The right code was given: the person has the phone. */
  verified: boolean
}

/** `most` in any window of `withinMs`: `atOnce` of them at one moment, the others little by little. */
export type Limit = { most: number; atOnce: number; withinMs: number }

const HOUR_MS = 3_600_000

/** Codes that are sent to one number, by whomever they are asked for: within an hour, and within a day. */
export const CODES_OF_NUMBER: readonly Limit[] = [
  { most: 5, atOnce: 3, withinMs: HOUR_MS },
  { most: 10, atOnce: 5, withinMs: 24 * HOUR_MS },
]

/** Wrong codes for one number, from wherever they come. */
export const WRONG_OF_NUMBER: Limit = { most: 15, atOnce: 10, withinMs: 24 * HOUR_MS }

/** A limit that is counted by the hour, half of it at once. */
export const hourly = (most: number): Limit => ({ most, atOnce: Math.ceil(most / 2), withinMs: HOUR_MS })

/**
 * A limit in the terms of the algorithm: one comes free every `eachMs`, and what may be counted ahead is `aheadMs`. With a burst of
 * `most` and as many an hour, the first hour would let almost twice as many through.
 */
export function paceOf({ most, atOnce, withinMs }: Limit): { eachMs: number; aheadMs: number } {
  const eachMs = withinMs / (most - atOnce + 1)
  return { eachMs, aheadMs: eachMs * atOnce }
}

/** What is wrong with an attempt whose code cannot be tried. */
export function whyNotTried({ tries, codeExpiresAt }: Attempt, now: number): 'CodeExpired' | 'NoTriesLeft' {
  return codeExpiresAt <= now || tries < MOST_TRIES ? 'CodeExpired' : 'NoTriesLeft'
}

/**
 * Counts one against a limit whose state is `freeAt`, in ms since 1970: when all that was counted is forgotten. Returns the next
 * state, or how long to wait. (It is the generic cell rate algorithm: one number, and no window that begins anew.)
 */
export function counted(limit: Limit, freeAt: number | null, now: number): { freeAt: number } | { waitMs: number } {
  const { eachMs, aheadMs } = paceOf(limit)
  const next = Math.max(freeAt ?? now, now) + eachMs
  return next <= now + aheadMs ? { freeAt: next } : { waitMs: Math.ceil(next - now - aheadMs) }
}
