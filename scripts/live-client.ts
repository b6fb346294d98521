import { createLiveClient } from '../apps/links/live-client.ts'
import type { LiveError } from '../apps/links/resume.ts'
import type { UpdateKind } from '../apps/links/shown.ts'

/** The fields of every live update, and the feed's own. */
export type LiveUpdate<Fields = object> = { kind: UpdateKind; cursor: string } & Fields

export type Feed<Fields> = {
  /** The routers' URLs, `ws://…/graphql`; each connection tries the next one. */
  urls: readonly string[]
  /** Called for each connection, so that an expired token is replaced. Throws Refused if no token can be had. */
  token: () => Promise<string>
  /** A subscription with the variable `$after: LiveCursor` and one field, of which it selects `kind` and `cursor`. */
  query: string
  variables?: Record<string, unknown>
  /** Resumes after this cursor; without it, starts with a GAP and a snapshot. */
  after?: string
  update(update: LiveUpdate<Fields>): void
  /** Called with the reason when the connection was lost, before it is retried. */
  disconnected?(reason: string): void
}

/** The server refused the subscription itself, so a retry is pointless. */
export class Refused extends Error {}

/**
 * Follows a live feed until `signal`, as apps do by apps/links, on any of several routers: no update is missed or delivered
 * twice. Throws Refused.
 */
export async function followFeed<Fields>(feed: Feed<Fields>, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let connection = 0
  const live = createLiveClient({
    url: () => feed.urls[connection++ % feed.urls.length] ?? '',
    token: () =>
      feed.token().catch((error: Error) => {
        if (error instanceof Refused) reject(error)
        throw error
      }),
    onCut: feed.disconnected,
  })
  signal.addEventListener('abort', () => resolve(), { once: true })
  if (signal.aborted) resolve()
  const refuse = (error: LiveError) => reject(new Refused(error.message))
  live.subscribe(
    { query: feed.query, variables: { ...feed.variables, after: feed.after } },
    {
      next: ({ data, errors }) => {
        const [update] = Object.values(data ?? {})
        if (update)
          feed.update(update as LiveUpdate<Fields>) // `Fields` is what the query selects.
        else reject(new Refused(errors?.[0]?.message ?? 'The server sent no data.'))
      },
      error: refuse,
      complete: () => reject(new Refused('The server has ended it.')),
    },
  )
  try {
    await promise
  } finally {
    live.dispose()
  }
}
