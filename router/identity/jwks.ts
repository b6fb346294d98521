import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { Logger } from '../../chassis/log.ts'
import type { IssuerSetting } from '../config.ts'

/** The issuer does not answer, and what is known of its keys is not enough. */
export class IssuerUnavailable extends Error {}

const TIMEOUT_MS = 5_000
/** Keys this old are asked for again while they go on being used, so a withdrawn key ends without a pause. */
const REFRESH_AFTER_MS = 10 * 60_000
/** Where that failed, not sooner than this. */
const REFRESH_AGAIN_MS = 60_000
/** An unknown key makes us ask again (rotation), but not more often than this, whatever strangers send. */
const COOLDOWN_MS = 5_000
/** After a failure nobody waits for the issuer again this soon. */
const RETRY_AFTER_MS = 1_000

/** The keys of one issuer. Both throw IssuerUnavailable. */
export type KeySet = {
  /** Finds the key that a token names; throws jose's JWKSMultipleMatchingKeys, which holds them, where several fit. */
  find: JWTVerifyGetKey
  /** Fetches the keys once more; false where that was done a moment ago. */
  renew(): Promise<boolean>
}

/**
 * The keys are fetched when the first token comes, and again for a key not seen yet. Keys once fetched stay good while the
 * issuer is down.
 */
export function createKeySet({ issuer, jwksUri }: IssuerSetting, log: Logger): KeySet {
  type Keys = ReturnType<typeof createRemoteJWKSet>
  let keys: Keys | undefined
  let fetching: Promise<Keys> | undefined
  let fetchedAt = Number.NEGATIVE_INFINITY
  let failedAt = Number.NEGATIVE_INFINITY
  const since = (then: number) => Date.now() - then

  const unavailable = (error: unknown): never => {
    log.warn({ issuer, cause: error instanceof Error ? error.message : `${error}` }, 'issuer unavailable')
    throw new IssuerUnavailable(`The issuer ${issuer} does not answer.`)
  }
  const load = async () => {
    // When to ask is decided here: left to itself it asks a failing issuer once for each unknown key.
    const options = { timeoutDuration: TIMEOUT_MS, cooldownDuration: Infinity, cacheMaxAge: Infinity }
    const loaded = keys ?? createRemoteJWKSet(new URL(jwksUri ?? (await discover(issuer))), options)
    await loaded.reload()
    fetchedAt = Date.now()
    keys = loaded
    return loaded
  }
  /** All who need the keys meanwhile share one answer. */
  const fetchKeys = async () => {
    if (!fetching && since(failedAt) < RETRY_AFTER_MS) throw new IssuerUnavailable()
    fetching ??= load()
      .catch((error) => {
        failedAt = Date.now()
        return unavailable(error)
      })
      .finally(() => {
        fetching = undefined
      })
    return fetching
  }

  const renew = async () => {
    if (since(fetchedAt) < COOLDOWN_MS) return false
    await fetchKeys()
    return true
  }
  const find: JWTVerifyGetKey = async (header, token) => {
    const known = keys ?? (await fetchKeys())
    if (since(fetchedAt) > REFRESH_AFTER_MS && since(failedAt) > REFRESH_AGAIN_MS) fetchKeys().catch(() => {}) // logged
    try {
      return await known(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported) throw error
      if (!(error instanceof errors.JWKSNoMatchingKey)) return unavailable(error)
      if (!(await renew())) throw error
    }
    return known(header, token)
  }
  return { find, renew }
}

/** Where the issuer says its keys are (OpenID Connect Discovery 1.0, section 4). */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  const found: unknown = response.ok ? await response.json() : undefined
  if (typeof found !== 'object' || found === null || !('jwks_uri' in found) || typeof found.jwks_uri !== 'string') {
    throw new Error(`${url} answers ${response.status} and no jwks_uri`)
  }
  if (!('issuer' in found) || found.issuer !== issuer) throw new Error(`${url} is about another issuer`)
  return found.jwks_uri
}
