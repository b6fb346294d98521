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

/** So many at once, and so many more in `withinMs`, little by little. */
export type Limit = { most: number; withinMs: number }

const HOUR_MS = 3_600_000

/** Codes that are sent to one number, by whomever they are asked for: within an hour, and within a day. */
export const CODES_OF_NUMBER: readonly Limit[] = [
  { most: 5, withinMs: HOUR_MS },
  { most: 10, withinMs: 24 * HOUR_MS },
]

/** A limit that is counted by the hour. */
export const hourly = (most: number): Limit => ({ most, withinMs: HOUR_MS })

/** What is wrong with an attempt whose code cannot be tried. */
export function whyNotTried({ tries, codeExpiresAt }: Attempt, now: number): 'CodeExpired' | 'NoTriesLeft' {
  return codeExpiresAt <= now || tries < MOST_TRIES ? 'CodeExpired' : 'NoTriesLeft'
}

/**
 * Counts one against a limit whose state is `freeAt`, in ms since 1970: when all that was counted is forgotten. Returns the next
 * state, or how long to wait. (It is the generic cell rate algorithm: one number, and no window that begins anew.)
 */
export function counted(
  { most, withinMs }: Limit,
  freeAt: number | null,
  now: number,
): { freeAt: number } | { waitMs: number } {
  const next = Math.max(freeAt ?? now, now) + withinMs / most
  return next <= now + withinMs ? { freeAt: next } : { waitMs: Math.ceil(next - now - withinMs) }
}
