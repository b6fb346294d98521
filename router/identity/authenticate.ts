import { hash } from 'node:crypto'
import {
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { quotaKey } from '../../chassis/client-address.ts'
import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import type { Logger } from '../../chassis/log.ts'
import type { RateLimit } from '../../chassis/rate-limit.ts'
import type { Claims } from '../../chassis/signed-context.ts'
import type { IssuerSetting } from '../config.ts'
import { createKeySet, IssuerUnavailable, type KeySet } from './jwks.ts'
import type { RevocableToken, Revocations } from './revocations.ts'

/**
 * The result of authentication: a user or an anonymous caller (`claims` null); an invalid token; a token that cannot be
 * verified now; or one that is not verified for `waitMs`, because too many came from its address. From `expiresAt` on (ms
 * since 1970, null without a token) the same token is refused; `revocable` says what of it may be revoked before.
 */
export type Authentication =
  | Known
  | { outcome: 'refused'; reason: string }
  | { outcome: 'unavailable' }
  | { outcome: 'rateLimited'; waitMs: number }

/** A verified caller, or an anonymous one. */
export type Known = { outcome: 'known'; claims: Claims; expiresAt: number | null; revocable?: RevocableToken }

/**
 * Verifies the Authorization header of a request; never throws for an invalid header. A token that was not verified before
 * counts against the address first (chassis/client-address.ts). `requestId`, which requests over HTTP have by then, is for the
 * audit trail. Only a token that has to be verified is waited for.
 */
export type Authenticator = (
  authorization: string | undefined,
  address: () => string,
  requestId?: string,
) => Authentication | Promise<Authentication>

/**
 * Verified tokens are cached. A key that is gone from its issuer's key set is noticed after this time plus that of jwks.ts;
 * one in its list of revocations at once.
 */
const CACHE = { tokens: 10_000, ms: 60_000 }
/** Characters. WebSocket messages could contain longer tokens than HTTP headers. */
const MAX_LENGTH = 8_192
/** RFC 6750, section 2.1. */
const BEARER = /^bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i
const ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA']
/** RFC 9068, section 2.1. Without it an ID token or a logout token would be an access token. jose accepts `application/at+jwt` too. */
const ACCESS_TOKEN = 'at+jwt'
/** The setting that accepts tokens of any type. */
const ANY_TYPE = '*'
const CLOCK_TOLERANCE_S = 5
/** Keys that are tried for one token, because each costs a signature verification. */
const MAX_KEYS = 10

/** Accepts access tokens (JWT) of these issuers, all trusted equally; with an `audience`, only tokens for it. */
export function createAuthenticator(options: {
  issuers: IssuerSetting[]
  audience: string | undefined
  revocations: Revocations
  rateLimit: Pick<RateLimit, 'take'>
  log: Logger
}): Authenticator {
  const { issuers, audience, revocations, rateLimit, log } = options
  if (issuers.length > 0 && !audience)
    log.warn('with JWT_AUDIENCE=* all tokens of the JWT_ISSUERS are accepted, also those made for other services')
  for (const { issuer, typ } of issuers)
    if (typ === ANY_TYPE)
      log.warn({ issuer }, 'with typ=* ID tokens of this issuer are accepted, and tokens of any other type')
  const trusted = new Map(issuers.map((setting) => [setting.issuer, { setting, keys: createKeySet(setting, log) }]))
  // Verifying a signature costs more than the rest of a small request.
  const verified = leastRecentlyUsed<{ authentication: Known; until: number }>(CACHE.tokens)

  const verifyNew = async (token: string, key: string, issuer: TrustedIssuer, now: number): Promise<Authentication> => {
    const authentication = await verify(token, issuer, audience, revocations)
    if (authentication.outcome === 'known')
      verified.set(key, { authentication, until: Math.min(now + CACHE.ms, authentication.expiresAt ?? 0) })
    else verified.remove(key)
    return authentication
  }

  return (authorization, address) => {
    if (authorization === undefined) return ANONYMOUS
    const token = authorization.length <= MAX_LENGTH ? (BEARER.exec(authorization)?.[1] ?? '') : ''
    const now = Date.now()
    // The token's hash is the key, so that tokens are not kept in memory.
    const key = hash('sha256', token, 'base64url')
    const known = verified.get(key)
    const isRevoked = known && revocations.isRevoked(known.authentication.revocable)
    if (known && now < known.until && !isRevoked) return known.authentication
    // A token that was valid before is not limited, so a flood from the same address does not lock out its user.
    const waitMs = known ? 0 : rateLimit.take(quotaKey(null, address))
    if (waitMs > 0) return { outcome: 'rateLimited', waitMs }
    if (!token) return refused(NO_TOKEN)
    const issuer = trusted.get(issuerOf(token) ?? '')
    return issuer ? verifyNew(token, key, issuer, now) : refused('The issuer of the token is not trusted here.')
  }
}

const ANONYMOUS: Known = { outcome: 'known', claims: null, expiresAt: null }

const NO_TOKEN = `The Authorization header needs a Bearer token, a JWT of at most ${MAX_LENGTH} characters.`

const BOUND = 'The token is bound to a key (cnf), which cannot be checked here.'

type TrustedIssuer = { setting: IssuerSetting; keys: KeySet }

async function verify(
  token: string,
  { setting: { issuer, typ = ACCESS_TOKEN, revocationsUri }, keys }: TrustedIssuer,
  audience: string | undefined,
  revocations: Revocations,
): Promise<Authentication> {
  try {
    const { payload, key } = await verifiedBy(token, keys, {
      issuer,
      audience,
      typ: typ === ANY_TYPE ? undefined : typ,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: revocationsUri ? ['sub', 'exp', 'iat'] : ['sub', 'exp'],
    })
    const { sub, exp = 0, iat = 0 } = payload // required above, but not to be a text
    if (typeof sub !== 'string' || sub === '') return refused("The token's sub is not accepted.")
    // A later one would escape the revocation of what was issued until then.
    if (iat > Date.now() / 1_000 + CLOCK_TOLERANCE_S) return refused("The token's iat is not accepted.")
    // Whoever holds such a token must also prove that they hold its key (RFC 7800): it is worth nothing without that.
    if (payload.cnf !== undefined) return refused(BOUND)
    const revocable = await revocations.revocableOf(issuer, payload, key)
    if (revocations.isRevoked(revocable)) return refused('The token has been revoked.')
    return { outcome: 'known', claims: claimsOf(sub, payload), expiresAt: (exp + CLOCK_TOLERANCE_S) * 1000, revocable }
  } catch (error) {
    if (error instanceof IssuerUnavailable) return { outcome: 'unavailable' }
    if (error instanceof errors.JWTExpired) return refused('The token has expired.')
    if (error instanceof errors.JWTClaimValidationFailed) return refused(`The token's ${error.claim} is not accepted.`)
    if (error instanceof errors.JOSEError || error instanceof TypeError) return refused('The token is not valid.')
    throw error
  }
}

type Verified = { payload: JWTPayload; key: CryptoKey }

/** A token with a valid signature, and the key that made it. If it names no key, its key may be new, so keys are fetched again. */
async function verifiedBy(token: string, keys: KeySet, options: JWTVerifyOptions): Promise<Verified> {
  try {
    return await verifyWithKeys(token, keys, options)
  } catch (error) {
    const mayBeNew = hasWrongSignature(error) && decodeProtectedHeader(token).kid === undefined
    if (!mayBeNew || !(await keys.renew())) throw error
    return verifyWithKeys(token, keys, options)
  }
}

/** Tries each key that fits. `kid` is optional (RFC 7515, 4.1.4), and unique `kid`s are only recommended (RFC 7517, 4.5). */
async function verifyWithKeys(token: string, { find }: KeySet, options: JWTVerifyOptions): Promise<Verified> {
  try {
    const { payload, key } = await jwtVerify(token, find, options)
    if (key instanceof Uint8Array) throw new TypeError('This key of the set is a secret.') // ALGORITHMS have none
    return { payload, key }
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    let keysLeft = MAX_KEYS
    for await (const key of error) {
      if (keysLeft-- === 0) break
      try {
        return { payload: (await jwtVerify(token, key, options)).payload, key }
      } catch (failure) {
        if (!hasWrongSignature(failure)) throw failure
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

const hasWrongSignature = (error: unknown) => error instanceof errors.JWSSignatureVerificationFailed

/** The issuer that the token names; not verified yet. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

/** What the router reads from a verified token's payload. */
export function claimsOf(sub: string, { roles, scope }: JWTPayload): Claims {
  return {
    sub,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    scopes: typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [],
  }
}

/** `reason` is ASCII without quotation marks, because it is sent in the header WWW-Authenticate, too. */
const refused = (reason: string): Authentication => ({ outcome: 'refused', reason })
