import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Logger } from '../chassis/log.ts'
import type { Claims } from '../chassis/signed-context.ts'
import type { IssuerSetting } from './config.ts'
import { createKeySet, IssuerUnavailable } from './keys.ts'
import { leastRecentlyUsed } from './least-recently-used.ts'

/**
 * Who asks: somebody (or nobody: claims null), a token that proves nothing, or one that can't be checked now. `expiresAt`
 * (ms since 1970, null without a token) is when the same token would be refused.
 */
export type Authentication =
  | { outcome: 'known'; claims: Claims; expiresAt: number | null }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'unavailable' }

/** Reads the Authorization header of a request; never throws for what the header says. */
export type Authenticator = (authorization: string | undefined) => Promise<Authentication>

/** Tokens proved lately, so many at most; a withdrawn key is found out after this at the latest (keys.ts adds its own). */
const REMEMBERED = { tokens: 10_000, ms: 60_000 }
const ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA']
const CLOCK_TOLERANCE_S = 5

/** Accepts access tokens (JWT) of these issuers only; with an `audience`, only those meant for it. */
export function createAuthenticator(
  issuers: IssuerSetting[],
  audience: string | undefined,
  log: Logger,
): Authenticator {
  const keySets = new Map(issuers.map((setting) => [setting.issuer, createKeySet(setting, log)]))
  // Checking a signature costs more than all the rest of a small request.
  const proved = leastRecentlyUsed<{ who: Authentication; until: number }>(REMEMBERED.tokens)

  return async (authorization) => {
    if (authorization === undefined) return { outcome: 'known', claims: null, expiresAt: null }
    const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i.exec(authorization)?.[1]
    if (!token) return refused('The Authorization header holds no bearer token of the form of a JWT.')
    const now = Date.now()
    const known = proved.get(token)
    if (known && now < known.until) return known.who
    const issuer = issuerOf(token)
    const keys = issuer === undefined ? undefined : keySets.get(issuer)
    if (!keys) return refused('The token is of no issuer that is trusted here.')
    const who = await verify(token, keys, { issuer, audience })
    if (who.outcome === 'known') proved.set(token, { who, until: Math.min(now + REMEMBERED.ms, who.expiresAt ?? 0) })
    return who
  }
}

async function verify(
  token: string,
  keys: JWTVerifyGetKey,
  expected: { issuer: string | undefined; audience: string | undefined },
): Promise<Authentication> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['sub', 'exp'],
    })
    const { exp = 0 } = payload // required above
    return { outcome: 'known', claims: claimsOf(payload), expiresAt: (exp + CLOCK_TOLERANCE_S) * 1000 }
  } catch (error) {
    if (error instanceof IssuerUnavailable) return { outcome: 'unavailable' }
    if (error instanceof errors.JWTExpired) return refused('The token has expired.')
    if (error instanceof errors.JWTClaimValidationFailed) return refused(`The token's ${error.claim} is not accepted.`)
    if (error instanceof errors.JOSEError || error instanceof TypeError) return refused('The token is not valid.')
    throw error
  }
}

/** The issuer the token claims to be of; proved only by its signature. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

function claimsOf({ sub = '', roles, scope }: JWTPayload): Claims {
  return {
    sub,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    scopes: typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [],
  }
}

const refused = (reason: string): Authentication => ({ outcome: 'refused', reason })
