import { setTimeout as pause } from 'node:timers/promises'
import { type Client, createClient } from 'graphql-ws'

/** The fields of every live update, and the feed's own. */
export type LiveUpdate<Fields = object> = { kind: 'SNAPSHOT' | 'CHANGE' | 'GAP'; cursor: string } & Fields

export type Feed<Fields> = {
  /** The routers' URLs, `ws://…/graphql`; each connection tries the next one. */
  urls: readonly string[]
  /** Called for each connection, so that an expired token is replaced. Throws Refused if no token can be had. */
  token: () => Promise<string>
  /** A subscription with the variable `$after: LiveCursor` and one field, of which it selects `kind` and `cursor`. */
  query: string
  variables?: Record<string, unknown>
  /** Resumes after this cursor; without it, starts with a snapshot. */
  after?: string
  update(update: LiveUpdate<Fields>): void
  /** Called with the reason when the connection was lost, before it is retried. */
  disconnected?(reason: string): void
  /** Called when the routers no longer accept the cursor (their secret has changed): updates may be missed, SNAPSHOTs follow. */
  cursorLost?(): void
}

/** The server refused the subscription itself, so a retry is pointless. */
export class Refused extends Error {}

/** Error codes that end a subscription, but may pass with a retry. */
const TRANSIENT = ['TOKEN_EXPIRED', 'TOKEN_REVOKED', 'TOO_MANY_OPERATIONS', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR']
/** Pings detect a dead network or a frozen server, of which no close event tells. */
const PING = { intervalMs: 10_000, timeoutMs: 5_000 }
/** A retry waits a random time up to a limit, which doubles from `minMs`, so that a router's clients do not return together. */
const BACK_OFF = { minMs: 100, maxMs: 10_000 }

/**
 * Follows a live feed until `signal`. After a lost connection it resumes after the last update, on the next router, so that no
 * update is missed or delivered twice. Throws Refused.
 */
export async function followFeed<Fields>(feed: Feed<Fields>, signal: AbortSignal): Promise<void> {
  let { after } = feed
  let failures = 0
  for (let connection = 0; !signal.aborted; connection++) {
    const url = feed.urls[connection % feed.urls.length] ?? ''
    const { reason, isCursorLost } = await followOnce(url, feed, after, signal, (update) => {
      after = update.cursor
      failures = 0
      feed.update(update)
    })
    if (signal.aborted) return
    if (isCursorLost) {
      after = undefined
      feed.cursorLost?.()
    }
    feed.disconnected?.(reason)
    const limitMs = Math.min(BACK_OFF.minMs * 2 ** failures++, BACK_OFF.maxMs)
    await pause(Math.random() * limitMs, undefined, { signal }).catch(() => {})
  }
}

/** Why a connection ended, and whether that was an invalid cursor. */
type End = { reason: string; isCursorLost?: boolean }

/** Follows the feed on one connection until it ends. */
async function followOnce<Fields>(
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
    retryAttempts: 0, // Its own retry would start again instead of resuming.
    keepAlive: PING.intervalMs,
  })
  closeOnSilence(client)
  const { promise: ended, resolve, reject } = Promise.withResolvers<End>()
  const hangUp = () => client.terminate()
  signal.addEventListener('abort', hangUp, { once: true })
  const stop = client.subscribe<Record<string, LiveUpdate<Fields> | null>>(
    { query: feed.query, variables: { ...feed.variables, after } },
    {
      next: ({ data, errors }) => {
        const [next] = Object.values(data ?? {})
        if (next) update(next)
        else reject(new Refused(errors?.[0]?.message ?? 'The server sent no data.'))
      },
      error: (error) => {
        const [first] = Array.isArray(error) ? error : []
        const code = String(first?.extensions?.code)
        const isCursorLost = code === 'BAD_CURSOR' && after !== undefined
        if (first && !isCursorLost && !TRANSIENT.includes(code)) reject(new Refused(first.message))
        else resolve({ reason: first?.message ?? reasonOf(error), isCursorLost })
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

/** Closes the connection if a ping, or connecting, gets no answer in time. */
function closeOnSilence(client: Client): void {
  let timer: NodeJS.Timeout | undefined
  const clear = () => clearTimeout(timer)
  const expectAnswer = () => {
    clear()
    timer = setTimeout(() => client.terminate(), PING.timeoutMs)
  }
  client.on('connecting', expectAnswer)
  client.on('ping', (received) => {
    if (!received) expectAnswer()
  })
  for (const event of ['connected', 'pong', 'closed', 'error'] as const) client.on(event, clear)
}

/** The reason or code of a CloseEvent, or an error's message. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { code, reason, message } = error as { code?: number; reason?: string; message?: string } // all optional
  return reason || message || `the connection was closed${code ? ` (${code})` : ''}`
}
