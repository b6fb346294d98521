import { type CryptoKey, calculateJwkThumbprint, type JWTPayload } from 'jose'
import { z } from 'zod'
import { every } from '../../chassis/every.ts'
import type { Logger } from '../../chassis/log.ts'
import { type RevocationList, revocationKey } from '../../chassis/revocations.ts'
import type { IssuerSetting } from '../config.ts'
import { IssuerUnavailable } from './jwks.ts'

const TIMEOUT_MS = 5_000
/** While no list has been read yet, tokens cause a fetch, but not more often than this. */
const RETRY_AFTER_MS = 1_000

/** What of a verified token can be revoked; `subject` and `client` hashed as in the list, `issuedAt` in seconds since 1970. */
export type RevocableToken = { issuer: string; subject: string; client: string; key: string; issuedAt: number }

export type Revocations = {
  /**
   * What of a token can be revoked, if its issuer has a list. `key` is the one that verified it, whatever `kid` it names. Throws
   * IssuerUnavailable if the list has never been read: the token cannot be judged.
   */
  revocableOf(issuer: string, payload: JWTPayload, key: CryptoKey): Promise<RevocableToken | undefined>
  isRevoked(token: RevocableToken | undefined): boolean
  /** Seconds since the list that was read longest ago was read: Infinity if one never was, 0 without lists. */
  ageSeconds(): number
  close(): Promise<void>
}

/**
 * Reads the lists of the issuers that have one, every `everyMs`. While an issuer is away, the list that was read last stays in
 * use: an issuer that does not answer must not log everybody out, and it issues no tokens either.
 */
export function followRevocations(issuers: IssuerSetting[], everyMs: number, log: Logger): Revocations {
  const lists = new Map(
    issuers.flatMap(({ issuer, revocationsUri }) =>
      revocationsUri ? [[issuer, followList(issuer, revocationsUri, everyMs, log)] as const] : [],
    ),
  )
  return {
    revocableOf: async (issuer, { sub = '', client_id, iat = 0 }, key) => {
      const list = lists.get(issuer)
      if (!list) return undefined
      await list.ready()
      const client = typeof client_id === 'string' ? client_id : ''
      const [subject, clientKey] = [revocationKey(sub), revocationKey(client)]
      return { issuer, subject, client: clientKey, key: await thumbprintOf(key), issuedAt: iat }
    },
    isRevoked: (token) => {
      const list = token && lists.get(token.issuer)?.current()
      if (!list) return false
      const isBefore = (time: number | undefined) => time !== undefined && token.issuedAt < time
      return (
        list.keys.has(token.key) ||
        isBefore(list.subjects.get(token.subject)) ||
        isBefore(list.clients.get(token.client))
      )
    },
    ageSeconds: () => Math.max(0, ...lists.values().map(({ readAt }) => (Date.now() - readAt()) / 1_000)),
    close: async () => {
      await Promise.all(lists.values().map(({ stop }) => stop()))
    },
  }
}

const schema: z.ZodType<RevocationList> = z.object({
  subjects: z.record(z.string(), z.number()),
  clients: z.record(z.string(), z.number()),
  keys: z.array(z.string()),
})

type List = { subjects: Map<string, number>; clients: Map<string, number>; keys: Set<string> }

/** One issuer's list. `ready` resolves when it has been read once, and throws IssuerUnavailable if it cannot be. */
function followList(issuer: string, uri: string, everyMs: number, log: Logger) {
  const state = {
    list: null as List | null,
    etag: null as string | null,
    readAt: Number.NEGATIVE_INFINITY,
    failedAt: Number.NEGATIVE_INFINITY,
    isFailing: false,
    reading: null as Promise<void> | null,
  }
  const closing = new AbortController()
  const read = async () => {
    const headers = state.etag ? { 'if-none-match': state.etag } : {}
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)])
    const response = await fetch(uri, { headers, redirect: 'error', signal })
    if (response.status !== 304) {
      const body: unknown = await response.json()
      if (!response.ok) throw new Error(`${uri} answers ${response.status}`)
      const { subjects, clients, keys } = schema.parse(body)
      state.list = {
        subjects: new Map(Object.entries(subjects)),
        clients: new Map(Object.entries(clients)),
        keys: new Set(keys),
      }
      state.etag = response.headers.get('etag')
    }
    state.readAt = Date.now()
  }
  const succeeded = () => {
    if (state.isFailing) log.info({ issuer }, 'the list of revoked tokens is read again')
    state.isFailing = false
  }
  const failed = (error: unknown) => {
    if (closing.signal.aborted) return
    state.failedAt = Date.now()
    const cause = error instanceof Error ? error.message : `${error}`
    // Once for each time that the issuer is away; router_revocations_age_seconds says how long it has been.
    if (!state.isFailing)
      log.warn({ issuer, cause }, 'the list of revoked tokens cannot be read; the last one stays in use')
    state.isFailing = true
  }
  /** Never rejects. Concurrent callers share one fetch. */
  const refresh = () => {
    state.reading ??= read()
      .then(succeeded, failed)
      .finally(() => {
        state.reading = null
      })
    return state.reading
  }
  const job = every(everyMs, refresh, log)
  return {
    ready: async () => {
      if (state.list) return
      if (state.reading || Date.now() - state.failedAt >= RETRY_AFTER_MS) await refresh()
      if (!state.list) throw new IssuerUnavailable(`The list of revoked tokens of ${issuer} cannot be read.`)
    },
    current: () => state.list,
    readAt: () => state.readAt,
    stop: () => {
      closing.abort()
      return job.stop()
    },
  }
}

/** The thumbprints of keys, each computed once: jose keeps a fetched key's object. */
const thumbprints = new WeakMap<CryptoKey, Promise<string>>()
function thumbprintOf(key: CryptoKey): Promise<string> {
  const known = thumbprints.get(key) ?? calculateJwkThumbprint(key)
  thumbprints.set(key, known)
  return known
}
