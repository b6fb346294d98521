import { hash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { Logger } from '../../chassis/log.ts'
import type { Claims } from '../../chassis/signed-context.ts'
import type { IssuerSetting } from '../config.ts'
import { leastRecentlyUsed } from '../least-recently-used.ts'
import type { RateLimit } from '../limits/load.ts'
import { quotaKey } from './address.ts'
import { createKeySet, IssuerUnavailable, type KeySet } from './jwks.ts'

/**
 * Who asks: somebody (or nobody: claims null), a token that proves nothing, one that can't be checked now, or one that is
 * not checked for `waitMs`, since too many came from its address. `expiresAt` (ms since 1970, null without a token) is
 * when the same token would be refused.
 */
export type Authentication =
  | { outcome: 'known'; claims: Claims; expiresAt: number | null }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'unavailable' }
  | { outcome: 'tooOften'; waitMs: number }

/**
 * Reads the Authorization header of a request; never throws for what the header says. A token that is not known to be good
 * counts for the address (router/identity/address.ts) before it is checked.
 */
export type Authenticator = (authorization: string | undefined, address: () => string) => Promise<Authentication>

/** Tokens proved lately, so many at most; a withdrawn key is found out after this at the latest (keys.ts adds its own). */
const REMEMBERED = { tokens: 10_000, ms: 60_000 }
/** Characters. Clients that stay connected could send more than an HTTP header holds. */
const LONGEST = 8_192
/** RFC 6750, section 2.1. */
const BEARER = /^bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i
const ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA']
const CLOCK_TOLERANCE_S = 5
/** Keys that one token is tried by: each costs a signature's check. */
const MOST_KEYS = 10

/** Accepts access tokens (JWT) of these issuers only, all trusted alike; with an `audience`, only those meant for it. */
export function createAuthenticator(options: {
  issuers: IssuerSetting[]
  audience: string | undefined
  rateLimit: RateLimit
  log: Logger
}): Authenticator {
  const { issuers, audience, rateLimit, log } = options
  if (issuers.length > 0 && !audience)
    log.warn('with JWT_AUDIENCE=* all tokens of the JWT_ISSUERS are accepted, also those made for other services')
  const keySets = new Map(issuers.map((setting) => [setting.issuer, createKeySet(setting, log)]))
  // Checking a signature costs more than all the rest of a small request.
  const proved = leastRecentlyUsed<{ who: Authentication; until: number }>(REMEMBERED.tokens)

  return async (authorization, address) => {
    if (authorization === undefined) return { outcome: 'known', claims: null, expiresAt: null }
    const token = authorization.length <= LONGEST ? (BEARER.exec(authorization)?.[1] ?? '') : ''
    const now = Date.now()
    // A token is up to 8 KB of text that whoever reads the memory could use.
    const key = hash('sha256', token, 'base64url')
    const known = proved.get(key)
    if (known && now < known.until) return known.who
    // One that was good a while ago is no stranger's: whoever floods the same address does not lock its owner out.
    const waitMs = known ? 0 : rateLimit(quotaKey(null, address))
    if (waitMs > 0) return { outcome: 'tooOften', waitMs }
    if (!token) return refused(NO_TOKEN)
    const issuer = issuerOf(token)
    const keys = issuer === undefined ? undefined : keySets.get(issuer)
    if (!keys) return refused('The token is of no issuer that is trusted here.')
    const who = await verify(token, keys, { issuer, audience })
    if (who.outcome === 'known') proved.set(key, { who, until: Math.min(now + REMEMBERED.ms, who.expiresAt ?? 0) })
    else proved.remove(key)
    return who
  }
}

const NO_TOKEN = `The Authorization header holds no bearer token of the form of a JWT, of at most ${LONGEST} characters.`

async function verify(
  token: string,
  keys: KeySet,
  expected: { issuer: string | undefined; audience: string | undefined },
): Promise<Authentication> {
  try {
    const payload = await payloadOf(token, keys, {
      ...expected,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['sub', 'exp'],
    })
    const { sub, exp = 0 } = payload // required above, but not to be a text
    if (typeof sub !== 'string' || sub === '') return refused("The token's sub is not accepted.")
    return { outcome: 'known', claims: claimsOf(sub, payload), expiresAt: (exp + CLOCK_TOLERANCE_S) * 1000 }
  } catch (error) {
    if (error instanceof IssuerUnavailable) return { outcome: 'unavailable' }
    if (error instanceof errors.JWTExpired) return refused('The token has expired.')
    if (error instanceof errors.JWTClaimValidationFailed) return refused(`The token's ${error.claim} is not accepted.`)
    if (error instanceof errors.JOSEError || error instanceof TypeError) return refused('The token is not valid.')
    throw error
  }
}

/** What a token says whose signature is good. One that names no key may be by one that is not known yet. */
async function payloadOf(token: string, keys: KeySet, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return await tried(token, keys, options)
  } catch (error) {
    const mayBeNew = isUnsigned(error) && decodeProtectedHeader(token).kid === undefined
    if (!mayBeNew || !(await keys.renew())) throw error
    return tried(token, keys, options)
  }
}

/** By each key that fits: `kid` is optional (RFC 7515, 4.1.4), and that keys differ in it is only asked of issuers (RFC 7517, 4.5). */
async function tried(token: string, { find }: KeySet, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, find, options)).payload
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    let left = MOST_KEYS
    for await (const key of error) {
      if (left-- === 0) break
      try {
        return (await jwtVerify(token, key, options)).payload
      } catch (failure) {
        if (!isUnsigned(failure)) throw failure
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

const isUnsigned = (error: unknown) => error instanceof errors.JWSSignatureVerificationFailed

/** The issuer the token claims to be of; proved only by its signature. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

function claimsOf(sub: string, { roles, scope }: JWTPayload): Claims {
  return {
    sub,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    scopes: typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [],
  }
}

const refused = (reason: string): Authentication => ({ outcome: 'refused', reason })
