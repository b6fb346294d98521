import { setTimeout as pause } from 'node:timers/promises'
import { type Client, createClient } from 'graphql-ws'

/** What every live update has; the feed's own fields are beside it. */
export type LiveUpdate<Fields = object> = { kind: 'SNAPSHOT' | 'CHANGE' | 'GAP'; cursor: string } & Fields

export type Feed<Fields> = {
  /** The routers' addresses, `ws://…/graphql`: whichever answers. */
  urls: readonly string[]
  /** Asked for each connection, so that an expired token is followed by a fresh one; where there will be none it throws Refused. */
  token: () => Promise<string>
  /** A subscription with `$after: LiveCursor` and one field, which asks for `kind` and `cursor`. */
  query: string
  variables?: Record<string, unknown>
  /** Goes on behind this cursor; without it, from how things stand. */
  after?: string
  update(update: LiveUpdate<Fields>): void
  /** The connection is gone, and why; it is tried again. */
  cut?(reason: string): void
  /** The routers know the cursor no more (their secret has changed): what was missed is not told, SNAPSHOTs follow. */
  lost?(): void
}

/** The server has refused the subscription itself: trying again would not help. */
export class Refused extends Error {}

/** Errors that end a subscription and say nothing against the next one. */
const PASSING = ['TOKEN_EXPIRED', 'TOO_MANY_OPERATIONS', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR']
/** A network that swallows everything, or a server that is frozen, shows only by what does not come back. */
const ALIVE = { askEveryMs: 10_000, answerWithinMs: 5_000 }
/** After a cut: at once, then up to this many ms at random, so that not all of a router's clients come together. */
const BACK_OFF = { firstMs: 100, longestMs: 10_000 }

/**
 * Follows a live feed until `signal`: whatever cuts the connection, it goes on behind the last update seen, on the next
 * router. Nothing is missed and nothing told twice. Throws Refused.
 */
export async function followFeed<Fields>(feed: Feed<Fields>, signal: AbortSignal): Promise<void> {
  let { after } = feed
  let failures = 0
  for (let connection = 0; !signal.aborted; connection++) {
    const url = feed.urls[connection % feed.urls.length] ?? ''
    const { reason, isLost } = await follow(url, feed, after, signal, (update) => {
      after = update.cursor
      failures = 0
      feed.update(update)
    })
    if (signal.aborted) return
    if (isLost) {
      after = undefined
      feed.lost?.()
    }
    feed.cut?.(reason)
    const longest = Math.min(BACK_OFF.firstMs * 2 ** failures++, BACK_OFF.longestMs)
    await pause(Math.random() * longest, undefined, { signal }).catch(() => {})
  }
}

/** What ended a connection's time, and whether it was that its cursor is none. */
type End = { reason: string; isLost?: boolean }

/** One connection's time. */
async function follow<Fields>(
  url: string,
  feed: Feed<Fields>,
  after: string | undefined,
  signal: AbortSignal,
  update: (update: LiveUpdate<Fields>) => void,
): Promise<End> {
  const token = await feed.token().catch((error: Error) => error)
  if (signal.aborted) return { reason: 'it is stopped' }
  if (token instanceof Refused) throw token
  if (typeof token !== 'string') return { reason: `there is no token: ${token.message}` }
  const client = createClient({
    url,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0, // Its own way of trying again would begin anew instead of going on.
    keepAlive: ALIVE.askEveryMs,
  })
  hangUpOnSilence(client)
  const { promise: ended, resolve, reject } = Promise.withResolvers<End>()
  const hangUp = () => client.terminate()
  signal.addEventListener('abort', hangUp, { once: true })
  const stop = client.subscribe<Record<string, LiveUpdate<Fields> | null>>(
    { query: feed.query, variables: { ...feed.variables, after } },
    {
      next: ({ data, errors }) => {
        const [next] = Object.values(data ?? {})
        if (next) update(next)
        else reject(new Refused(errors?.[0]?.message ?? 'The server answered nothing.'))
      },
      error: (error) => {
        const [first] = Array.isArray(error) ? error : []
        const code = String(first?.extensions?.code)
        const isLost = code === 'BAD_CURSOR' && after !== undefined
        if (first && !isLost && !PASSING.includes(code)) reject(new Refused(first.message))
        else resolve({ reason: first?.message ?? reasonOf(error), isLost })
      },
      complete: () => resolve({ reason: 'the server has ended it' }),
    },
  )
  try {
    return await ended
  } finally {
    signal.removeEventListener('abort', hangUp)
    stop()
    await client.dispose()
  }
}

function hangUpOnSilence(client: Client): void {
  let silence: NodeJS.Timeout | undefined
  const heard = () => clearTimeout(silence)
  const waits = () => {
    heard()
    silence = setTimeout(() => client.terminate(), ALIVE.answerWithinMs)
  }
  client.on('connecting', waits)
  client.on('ping', (received) => {
    if (!received) waits()
  })
  for (const event of ['connected', 'pong', 'closed', 'error'] as const) client.on(event, heard)
}

/** A CloseEvent has a code and perhaps a reason; anything else is as good as its message. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { code, reason, message } = error as { code?: number; reason?: string; message?: string } // all optional
  return reason || message || `the connection was closed${code ? ` (${code})` : ''}`
}
