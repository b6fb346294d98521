import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { Logger } from '../../chassis/log.ts'
import type { IssuerSetting } from '../config.ts'

/** The issuer does not answer, and its known keys are not sufficient. */
export class IssuerUnavailable extends Error {}

const TIMEOUT_MS = 5_000
/** Older keys are fetched again in the background, so that withdrawn keys are noticed without making requests wait. */
const REFRESH_AFTER_MS = 10 * 60_000
/** The interval after a failed refresh. */
const REFRESH_RETRY_MS = 60_000
/** An unknown key causes a fetch, because keys rotate, but not more often than this, whatever clients send. */
const COOLDOWN_MS = 5_000
/** For this time after a failure, requests do not wait for the issuer again. */
const RETRY_AFTER_MS = 1_000

/** The keys of one issuer. Both throw IssuerUnavailable. */
export type KeySet = {
  /** Finds the key that a token names. If several fit, it throws jose's JWKSMultipleMatchingKeys, which contains them. */
  find: JWTVerifyGetKey
  /** Fetches the keys again; false if they were fetched within COOLDOWN_MS. */
  renew(): Promise<boolean>
}

/** Fetches keys at the first token, and again for an unknown key. Fetched keys stay valid while the issuer is down. */
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
    // Fetching is controlled here, because jose would ask a failing issuer once for each unknown key.
    const options = { timeoutDuration: TIMEOUT_MS, cooldownDuration: Infinity, cacheMaxAge: Infinity }
    const loaded = keys ?? createRemoteJWKSet(new URL(jwksUri ?? (await discover(issuer))), options)
    await loaded.reload()
    fetchedAt = Date.now()
    keys = loaded
    return loaded
  }
  /** Concurrent callers share one fetch. */
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
    if (since(fetchedAt) > REFRESH_AFTER_MS && since(failedAt) > REFRESH_RETRY_MS) fetchKeys().catch(() => {}) // logged
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

/** The address of the issuer's keys (OpenID Connect Discovery 1.0, section 4). */
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
