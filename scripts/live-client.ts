import { setTimeout as pause } from 'node:timers/promises'
import { type Client, createClient } from 'graphql-ws'

/** What every live update has; the feed's own fields are beside it. */
export type LiveUpdate<Fields = object> = { kind: 'SNAPSHOT' | 'CHANGE' | 'GAP'; cursor: string } & Fields

export type Feed<Fields> = {
  /** The routers' addresses, `ws://…/graphql`: whichever answers. */
  urls: readonly string[]
  /** Asked for each connection, so that an expired token is followed by a fresh one. */
  token: () => Promise<string>
  /** A subscription with `$after: LiveCursor` and one field, which asks for `kind` and `cursor`. */
  query: string
  variables?: Record<string, unknown>
  /** Goes on behind this cursor; without it, from how things stand. */
  after?: string
  update(update: LiveUpdate<Fields>): void
  /** The connection is gone, and why; it is tried again. */
  cut?(reason: string): void
}

/** The server has refused the subscription itself: trying again would not help. */
export class Refused extends Error {}

/** Errors that end a subscription and say nothing against the next one. */
const PASSING = ['TOKEN_EXPIRED', 'TOO_MANY_OPERATIONS', 'INTERNAL_SERVER_ERROR']
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
    const reason = await follow(url, feed, after, signal, (update) => {
      after = update.cursor
      failures = 0
      feed.update(update)
    })
    if (signal.aborted) return
    feed.cut?.(reason)
    const longest = Math.min(BACK_OFF.firstMs * 2 ** failures++, BACK_OFF.longestMs)
    await pause(Math.random() * longest, undefined, { signal }).catch(() => {})
  }
}

/** One connection's time; resolves with what ended it. */
async function follow<Fields>(
  url: string,
  feed: Feed<Fields>,
  after: string | undefined,
  signal: AbortSignal,
  update: (update: LiveUpdate<Fields>) => void,
): Promise<string> {
  const token = await feed.token().catch((error: Error) => error)
  if (signal.aborted) return 'it is stopped'
  if (typeof token !== 'string') return `there is no token: ${token.message}`
  const client = createClient({
    url,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0, // Its own way of trying again would begin anew instead of going on.
    keepAlive: ALIVE.askEveryMs,
  })
  hangUpOnSilence(client)
  const { promise: ended, resolve, reject } = Promise.withResolvers<string>()
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
        const isPassing = PASSING.includes(String(first?.extensions?.code))
        if (first && !isPassing) reject(new Refused(first.message))
        else resolve(first?.message ?? reasonOf(error))
      },
      complete: () => resolve('the server has ended it'),
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
