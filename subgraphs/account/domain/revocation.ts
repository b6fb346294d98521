import { TOKEN_LIFETIME_S } from './signing-key.ts'

/**
 * What ends tokens before they expire. `before` is in seconds since 1970, as a token's `iat`: those of the subject (a user or
 * machine client) or client that were issued before it are refused. Of a key, all are, for ever.
 */
export type Revocation = { kind: 'subject' | 'client' | 'key'; id: string; before: number }

/** How far the clocks may differ of whoever revokes and whoever issues. It also covers a token that is being made meanwhile. */
const CLOCKS_DIFFER_S = 5

/** From when on tokens are good again, in seconds since 1970, if they are revoked at `now` (ms). */
export const tokensFrom = (now: number): number => Math.ceil(now / 1_000) + CLOCKS_DIFFER_S

/** Revocations of subjects and clients from before this second (`now` in ms) are over: all tokens from then have expired. */
export const forgottenBefore = (now: number): number => Math.floor(now / 1_000) - TOKEN_LIFETIME_S - 5 * 60

/** What an app holds of the people who signed in to it, by the provider's names. */
export const HELD_BY_CLIENTS: readonly string[] = ['Grant', 'AuthorizationCode', 'RefreshToken']
