import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { Logger } from '../chassis/log.ts'
import type { IssuerSetting } from './config.ts'

/** The issuer does not answer, and what is known of its keys is not enough. */
export class IssuerUnavailable extends Error {}

const TIMEOUT_MS = 5_000
/** Keys this old are asked for again while they go on being used, so a withdrawn key ends without a pause. */
const REFRESH_AFTER_MS = 10 * 60_000
/** An unknown key makes us ask again (rotation), but not more often than this, whatever strangers send. */
const COOLDOWN_MS = 5_000
/** After a failure nobody waits for the issuer again this soon. */
const RETRY_AFTER_MS = 1_000

/**
 * The keys of one issuer, fetched when the first token comes and again for a key not seen yet. Keys once fetched stay
 * good while the issuer is down. Throws IssuerUnavailable.
 */
export function createKeySet({ issuer, jwksUri }: IssuerSetting, log: Logger): JWTVerifyGetKey {
  type Keys = ReturnType<typeof createRemoteJWKSet>
  let keys: Keys | undefined
  let finding: Promise<Keys> | undefined
  let triedAt = Date.now()
  let failedAt = Number.NEGATIVE_INFINITY

  const failed = (error: unknown): never => {
    failedAt = Date.now()
    log.warn({ issuer, cause: error instanceof Error ? error.message : `${error}` }, 'issuer unavailable')
    throw new IssuerUnavailable(`The issuer ${issuer} does not answer.`)
  }
  const find = async () => {
    const found = createRemoteJWKSet(new URL(jwksUri ?? (await discover(issuer))), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: Number.POSITIVE_INFINITY,
    })
    await found.reload()
    triedAt = Date.now()
    return found
  }
  const firstKeys = async () => {
    if (!finding && Date.now() < failedAt + RETRY_AFTER_MS) throw new IssuerUnavailable()
    finding ??= find()
      .catch(failed)
      .finally(() => {
        finding = undefined
      })
    keys = await finding
    return keys
  }
  const refresh = (known: Keys) => {
    if (Date.now() < triedAt + REFRESH_AFTER_MS) return
    triedAt = Date.now()
    known.reload().catch((error) => log.warn({ issuer, cause: error.message }, 'keys could not be refreshed'))
  }

  return async (header, token) => {
    const known = keys ?? (await firstKeys())
    refresh(known)
    try {
      return await known(header, token)
    } catch (error) {
      const unknownKey = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
      if (unknownKey || error instanceof errors.JOSENotSupported) throw error
      return failed(error)
    }
  }
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
