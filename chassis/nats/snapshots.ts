import type { Msg } from 'nats'
import { detached } from '../detached.ts'
import { liveSubject, type SnapshotAnswer, type SnapshotRequest, snapshotSubject } from '../live.ts'
import type { Logger } from '../log.ts'
import { type Shown, showing } from '../transaction.ts'
import type { Nats } from './connection.ts'

/** Which states are asked for: the audience is always named, the entity where only one is wanted. */
type Wanted = { audience: string[]; id: string | null }

/** A feed, and how its owner finds what it shows. */
export type Feed = {
  name: string
  /**
   * The open entities shown to this audience, in the order of their ids, behind `after`; a named one in any state in which
   * it is shown to it. Nothing where what is wanted can't be.
   */
  find(wanted: Wanted, page: { after: string | null; limit: number }): Promise<Shown[]>
}

const PAGE = 200
/** Well under what NATS takes in one message (1 MiB). */
const PAGE_BYTES = 512 * 1024
/** So many are read at once; the pool of connections serves others too. */
const AT_ONCE = 4
/** So many wait; more get no answer, as those that waited for so long: whoever asked has gone, and asks again. */
const WAITING = 1_000
const STALE_MS = 1_000

/**
 * Answers, until stopped, what the feed's open entities look like; replicas share the requests. `inFlight` tells which
 * messages are still to come to LIVE. What can't be is answered by nothing found; where the database fails there is no
 * answer. `stop` resolves when nothing is under way.
 */
export function answerSnapshots(
  nats: Nats,
  feed: Feed,
  inFlight: (subjects: string[]) => Promise<Set<string>>,
  log: Logger,
): { stop(): Promise<void> } {
  const subject = snapshotSubject(feed.name)
  const waiting: { message: Msg; at: number }[] = []
  const underWay = new Set<Promise<void>>()

  const answer = async (message: Msg) => {
    try {
      const { states, next } = await snapshot(feed, parse(message))
      // Looked at after the states were read: what has left the outbox by now is in LIVE.
      const coming = await inFlight(states.map(({ subject }) => subject))
      const told = states.map((state) => (coming.has(state.subject) ? { ...state, inFlight: true } : state))
      message.respond(JSON.stringify({ states: told, next } satisfies SnapshotAnswer))
    } catch (error) {
      log.warn({ err: error, feed: feed.name }, 'a snapshot could not be answered')
    }
  }
  const next = () => {
    while (underWay.size < AT_ONCE) {
      const one = waiting.shift()
      if (!one) return
      if (Date.now() - one.at > STALE_MS) continue
      const answering = answer(one.message).finally(() => {
        underWay.delete(answering)
        next()
      })
      underWay.add(answering)
    }
  }
  const subscription = nats.connection.subscribe(subject, {
    queue: feed.name,
    callback: (error, message) => {
      if (error) return log.warn({ err: error, feed: feed.name }, 'snapshots can not be asked for')
      if (waiting.length < WAITING) waiting.push({ message, at: Date.now() })
      // nats.js reads nothing more from a connection on which a callback has thrown.
      detached(next, { log, what: 'a snapshot could not be answered', about: { feed: feed.name } })
    },
  })
  return {
    stop: async () => {
      if (!nats.connection.isClosed()) subscription.unsubscribe()
      waiting.length = 0
      await Promise.all(underWay)
    },
  }
}

const NOTHING: SnapshotAnswer = { states: [], next: null }

/** One page of what is asked for. */
async function snapshot(feed: Feed, request: SnapshotRequest | null): Promise<SnapshotAnswer> {
  const wanted = request && wantedBy(feed.name, request.pattern)
  if (!wanted) return NOTHING
  const found = await feed.find(wanted, { after: request.after ?? null, limit: PAGE })
  const states: SnapshotAnswer['states'] = []
  let bytes = 0
  for (const shown of found) {
    const { subject, message } = showing(shown)
    const state = { subject, ...message }
    bytes += Buffer.byteLength(JSON.stringify(state))
    if (states.length && bytes > PAGE_BYTES) break
    states.push(state)
  }
  const isCut = states.length === PAGE || states.length < found.length
  return { states, next: isCut ? (found[states.length - 1]?.id ?? null) : null }
}

/** What a pattern of this feed names; null where it is none, or leaves open whose the entities are. */
function wantedBy(feed: string, pattern: string): Wanted | null {
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
    const asked: unknown = message.json()
    if (typeof asked !== 'object' || asked === null || !('pattern' in asked)) return null
    const { pattern, after } = { after: undefined, ...asked }
    if (typeof pattern !== 'string' || (after !== undefined && typeof after !== 'string')) return null
    return { pattern, after }
  } catch {
    return null
  }
}
