import type { LiveState, SnapshotAnswer } from '../../../chassis/live.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import { createHub, matches } from '../delivery/hub.ts'
import type { LiveReader } from '../delivery/stream-reads.ts'

type State = { revision: number; open: boolean; subject: string }
/** `publishedAs` is the sequence under which it was published before a relay crashed. */
type Row = State & { entity: string; publishedAs?: number }

/** Resolves when the test lets the read go on; rejects where NATS is to fail. */
export type Gate = (read: keyof LiveReader) => Promise<void>

/**
 * The stream LIVE and a feed's source in memory. Each read takes place when the gate lets it, and its result arrives when the
 * gate lets that.
 */
export function createInMemoryLive(gate: Gate = async () => {}) {
  let incarnation = 1
  let kept: LiveEntry[] = []
  let last = 0
  let isSourceUp = true
  let wasRepublished = false
  const sourceStates = new Map<string, State>()
  let outbox: Row[] = []

  const created = () => `incarnation ${incarnation}`
  const first = () => kept[0]?.sequence ?? last + 1
  const store = ({ entity, subject, revision, open }: Row) => {
    last += 1
    kept.push({ entity, subject, revision, open, state: { revision }, sequence: last })
  }
  const gated = async <Result>(name: keyof LiveReader, read: () => Result): Promise<Result> => {
    await gate(name)
    const result = read()
    await gate(name)
    return result
  }
  /** Entities that have been closed at some time. */
  const closed = new Set<string>()
  const sourcePage = (pattern: string, after = ''): SnapshotAnswer => {
    if (!isSourceUp) throw new Error('The feed’s source is down.')
    const namedEntity = pattern.slice(pattern.lastIndexOf('.') + 1)
    const found = [...sourceStates]
      .filter(
        ([entity, { subject, open }]) =>
          matches(pattern, subject) && (open || entity === namedEntity) && entity > after,
      )
      .sort(([one], [other]) => (one < other ? -1 : 1))
    const page = found.slice(0, 200).map(([entity, { subject, revision, open }]): LiveState => {
      const inFlight = outbox.some((row) => row.entity === entity)
      return { subject, revision, open, state: { revision }, inFlight }
    })
    return { states: page, next: found.length > 200 ? (found[199]?.[0] ?? null) : null }
  }

  const source: LiveReader = {
    state: () => gated('state', () => ({ created: created(), firstSequence: first(), lastSequence: last })),
    latest: (patterns, upTo) =>
      gated('latest', () => {
        const newest = new Map<string, LiveEntry>()
        for (const entry of kept)
          if (entry.sequence <= upTo && patterns.some((pattern) => matches(pattern, entry.subject)))
            newest.set(entry.subject, entry)
        return newest.size > 1_024 ? 'too many' : [...newest.values()]
      }),
    since: (pattern, from, upTo, limit) =>
      gated('since', () => {
        const found = kept.filter(
          ({ sequence, subject }) => sequence >= from && sequence <= upTo && matches(pattern, subject),
        )
        return found.length > limit ? 'too many' : found
      }),
    ask: (_, { pattern, after }) => gated('ask', () => sourcePage(pattern, after)),
  }

  return {
    source,
    sourceStates,
    /** The source changes an entity and writes its outbox in one commit. */
    commit: (entity: string, subject: string, open: boolean) => {
      const state = { subject, open, revision: (sourceStates.get(entity)?.revision ?? 0) + 1 }
      sourceStates.set(entity, state)
      if (!open) closed.add(entity)
      outbox.push({ ...state, entity })
    },
    /** Publishes the oldest message of the outbox. */
    relay: () => {
      const row = outbox[0]
      outbox = outbox.slice(1)
      const isPublished = kept.some(({ subject, revision }) => subject === row?.subject && revision >= row.revision)
      if (row && !isPublished) store(row)
      return row !== undefined
    },
    /** A relay that crashed publishes its newest messages again, in order, before anything else. */
    republish: (count: number) => {
      if (first() > 1) return
      wasRepublished = true
      outbox = [...kept.slice(-count).map((entry): Row => ({ ...entry, publishedAs: entry.sequence })), ...outbox]
    },
    /** The oldest messages are removed. */
    retain: (count: number) => {
      // Retention removes messages after a day, and no relay is down for so long, so both together are not tested.
      if (!wasRepublished) kept = kept.filter(({ sequence }) => sequence > last - count)
    },
    wipe: () => {
      incarnation += 1
      kept = []
      // A wipe together with a crashed relay may show an older state for a moment, so both together are not tested.
      outbox = outbox.filter(({ publishedAs }) => publishedAs === undefined)
      last = 0
    },
    setSourceUp: (isUp: boolean) => {
      isSourceUp = isUp
    },
    /**
     * Whether the state before this change is still in LIVE and visible to new subscribers: the entity was never closed or moved to
     * another audience. (While a source's pages are read, a moved entity may be in none of them; its change then arrives.)
     */
    wasVisible: ({ entity, subject, revision }: LiveEntry) =>
      !closed.has(entity) && kept.some((entry) => entry.subject === subject && entry.revision === revision - 1),
    /** A router that follows the stream at its own pace: `receiveNext` receives one message, or returns false if there is none. */
    router: (log: Logger) => {
      const hub = createHub(log)
      const begin = (sequence: number) => {
        hub.follower.began({ created: created(), sequence })
        return true
      }
      const receiveNext = () => {
        if (hub.created() !== created()) return begin(last)
        if (first() > hub.position() + 1) return begin(last)
        const next = kept.find(({ sequence }) => sequence > hub.position())
        if (next) hub.follower.message(next)
        return next !== undefined
      }
      return { hub, receiveNext }
    },
  }
}
