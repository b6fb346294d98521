import type { Msg } from 'nats'
import { detached } from '../detached.ts'
import { liveSubject, type SnapshotAnswer, type SnapshotRequest, snapshotSubject } from '../live.ts'
import type { LiveIds } from '../live-ids.ts'
import type { Logger } from '../log.ts'
import { liveOutboxMessage, type Shown } from '../transaction.ts'
import { type Nats, respond } from './connection.ts'

/** Which states are requested: those of one audience, or (`id`) of one of its entities. */
type SnapshotFilter = { audience: string[]; id: string | null }

/** A feed, and how its owner finds the states that it delivers. */
export type Feed = {
  name: string
  /**
   * The audience's open entities with ids after `after`, sorted by id; or the one named, open or not. Returns none if the
   * filter can't match any.
   */
  find(filter: SnapshotFilter, page: { after: string | null; limit: number }): Promise<Shown[]>
}

const PAGE_SIZE = 200
/** Well below the maximum size of a NATS message (1 MiB). */
const PAGE_BYTES = 512 * 1024
/** Pages read at the same time; the database's connection pool serves others too. */
const MAX_CONCURRENT = 4
/** Requests that wait. Further ones, and those that waited longer than STALE_MS, get no answer: the router retries. */
const MAX_QUEUED = 1_000
const STALE_MS = 1_000

/**
 * Serves snapshot requests of a feed until stopped; replicas share the requests. `inFlight` returns which of the subjects have
 * messages that are not on LIVE yet. Requests and answers have global ids, by `ids`; `feed` and `inFlight` the context's own. An
 * invalid request is answered with an empty page; a failure of the database leaves it unanswered. `stop` resolves when no request
 * is being served.
 */
export function serveSnapshots(
  nats: Nats,
  feed: Feed,
  ids: LiveIds,
  inFlight: (subjects: string[]) => Promise<Set<string>>,
  log: Logger,
): { stop(): Promise<void> } {
  const subject = snapshotSubject(feed.name)
  const queue: { message: Msg; at: number }[] = []
  const running = new Set<Promise<void>>()

  const answer = async (message: Msg) => {
    try {
      const { states, next } = await snapshot(feed, withOwnIds(parse(message), ids))
      // Checked after the states were read: a message that has left the outbox by now is on LIVE.
      const unpublished = await inFlight(states.map(({ subject }) => subject))
      const marked = states.map(({ subject, ...state }) => ({
        ...ids.message(state),
        subject: ids.subject(subject),
        ...(unpublished.has(subject) && { inFlight: true }),
      }))
      respond(message, JSON.stringify({ states: marked, next } satisfies SnapshotAnswer))
    } catch (error) {
      log.warn({ err: error, feed: feed.name }, 'a snapshot could not be answered')
    }
  }
  const next = () => {
    while (running.size < MAX_CONCURRENT) {
      const one = queue.shift()
      if (!one) return
      if (Date.now() - one.at > STALE_MS) continue
      const answering = answer(one.message).finally(() => {
        running.delete(answering)
        next()
      })
      running.add(answering)
    }
  }
  const subscription = nats.connection.subscribe(subject, {
    queue: feed.name,
    callback: (error, message) => {
      if (error) return log.warn({ err: error, feed: feed.name }, 'snapshot requests can not be received')
      if (queue.length < MAX_QUEUED) queue.push({ message, at: Date.now() })
      // nats.js stops reading from a connection if a callback throws.
      detached(next, { log, what: 'a snapshot could not be answered', about: { feed: feed.name } })
    },
  })
  return {
    stop: async () => {
      if (!nats.connection.isClosed()) subscription.unsubscribe()
      queue.length = 0
      await Promise.all(running)
    },
  }
}

function withOwnIds(request: SnapshotRequest | null, ids: LiveIds): SnapshotRequest | null {
  const pattern = request && ids.ownPattern(request.pattern)
  return request && pattern !== null ? { ...request, pattern } : null
}

const EMPTY: SnapshotAnswer = { states: [], next: null }

/** Reads one page. */
async function snapshot(feed: Feed, request: SnapshotRequest | null): Promise<SnapshotAnswer> {
  const filter = request && readPattern(feed.name, request.pattern)
  if (!filter) return EMPTY
  const found = await feed.find(filter, { after: request.after ?? null, limit: PAGE_SIZE })
  const states: SnapshotAnswer['states'] = []
  let bytes = 0
  for (const shown of found) {
    const { subject, message } = liveOutboxMessage(shown)
    const state = { subject, ...message }
    bytes += Buffer.byteLength(JSON.stringify(state))
    if (states.length && bytes > PAGE_BYTES) break
    states.push(state)
  }
  const isCut = states.length === PAGE_SIZE || states.length < found.length
  return { states, next: isCut ? (found[states.length - 1]?.id ?? null) : null }
}

/** The filter that a pattern of this feed expresses; null if it is malformed or does not name the audience. */
function readPattern(feed: string, pattern: string): SnapshotFilter | null {
  const prefix = `${liveSubject(feed)}.`
  if (!pattern.startsWith(prefix)) return null
  const tokens = pattern.slice(prefix.length).split('.')
  const id = tokens.pop()
  if (!id || !tokens.length || tokens.some((token) => token === '' || token === '*')) return null
  try {
    return { audience: tokens.map(decodeURIComponent), id: id === '*' ? null : decodeURIComponent(id) }
  } catch {
    return null // Not a token that `subjectToken` made.
  }
}

function parse(message: Msg): SnapshotRequest | null {
  try {
    const request: unknown = message.json()
    if (typeof request !== 'object' || request === null || !('pattern' in request)) return null
    const { pattern, after } = { after: undefined, ...request }
    if (typeof pattern !== 'string' || (after !== undefined && typeof after !== 'string')) return null
    return { pattern, after }
  } catch {
    return null
  }
}
