import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createAddressOf } from '../../../../chassis/client-address.ts'
import { leastRecentlyUsed } from '../../../../chassis/least-recently-used.ts'
import { createRateLimit } from '../../../../chassis/rate-limit.ts'
import { STYLES_PATH } from '../pages/pages.ts'

/** Credentials that are remembered as good; a client whose are forgotten counts by its address once more. */
const MOST_CREDENTIALS = 10_000

/** Static documents, read from memory: whoever checks tokens needs them, however much others at the address ask. */
const DOCUMENTS = ['/jwks', '/.well-known/openid-configuration', STYLES_PATH]

/**
 * Limits the requests to the issuer, GETs too, to `perMinute` in the long run and as many at once. Credentials that were
 * accepted lately count by the client they belong to, wherever it calls from; everything else by the address it comes from,
 * before anything is looked up. So failures, and those who try, cost no client that is known its tokens.
 */
export function createLimits({ perMinute, proxies }: { perMinute: number; proxies: number }) {
  const limit = createRateLimit(perMinute / 60, perMinute)
  const addressOf = createAddressOf(proxies)
  const accepted = leastRecentlyUsed<string>(MOST_CREDENTIALS)

  return {
    /** The seconds after which to come again; 0: it is let through. */
    wait: (request: IncomingMessage): number => {
      if (request.method === 'GET' && DOCUMENTS.includes(request.url ?? '')) return 0
      const credentials = digestOf(request)
      const client = credentials && accepted.get(credentials)
      return Math.ceil(limit.take(client ? `client ${client}` : `address ${addressOf(request)}`) / 1_000)
    },
    /** The request's credentials are this client's. */
    accept: (request: IncomingMessage, clientId: string): void => {
      const credentials = digestOf(request)
      if (credentials) accepted.set(credentials, clientId)
    },
    /** The request's credentials were refused, which may have been good before. */
    refuse: (request: IncomingMessage): void => {
      const credentials = digestOf(request)
      if (credentials) accepted.remove(credentials)
    },
  }
}

export type Limits = ReturnType<typeof createLimits>

/** A digest of the credentials, so that no secret stays in memory; null where there are none in the header. */
const digestOf = ({ headers: { authorization } }: IncomingMessage): string | null =>
  authorization ? createHash('sha256').update(authorization).digest('base64') : null
