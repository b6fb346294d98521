import type { LiveState, SnapshotAnswer } from '../../../chassis/live.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import { createHub, matches } from '../delivery/hub.ts'
import type { LiveReader } from '../delivery/stream-reads.ts'

type State = { revision: number; open: boolean; subject: string }
/** `said`: the sequence under which it was said already. */
type Row = State & { entity: string; said?: number }

/** Passes when the test lets it: at once, much later, or never (it throws). */
export type Gate = (what: string) => Promise<void>

/**
 * The stream LIVE and the owner behind it, in memory: each read takes place at the moment the gate lets it, and its answer
 * comes when the gate lets that.
 */
export function liveWorld(gate: Gate = async () => {}) {
  let life = 1
  let kept: LiveEntry[] = []
  let last = 0
  let isOwnerUp = true
  let wasSaidAgain = false
  const truth = new Map<string, State>()
  let outbox: Row[] = []

  const created = () => `life ${life}`
  const first = () => kept[0]?.sequence ?? last + 1
  const store = ({ entity, subject, revision, open }: Row) => {
    last += 1
    kept.push({ entity, subject, revision, open, state: { revision }, sequence: last })
  }
  const gated = async <Answer>(what: string, read: () => Answer): Promise<Answer> => {
    await gate(what)
    const answer = read()
    await gate(what)
    return answer
  }
  /** What was closed at some time. */
  const closed = new Set<string>()
  const ownersPage = (pattern: string, after = ''): SnapshotAnswer => {
    if (!isOwnerUp) throw new Error('The owner is down.')
    const named = pattern.slice(pattern.lastIndexOf('.') + 1)
    const found = [...truth]
      .filter(
        ([entity, { subject, open }]) => matches(pattern, subject) && (open || entity === named) && entity > after,
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
    ask: (_, { pattern, after }) => gated('ask', () => ownersPage(pattern, after)),
  }

  return {
    source,
    truth,
    /** The owner changes an entity, in one commit with its outbox. */
    commit: (entity: string, subject: string, open: boolean) => {
      const state = { subject, open, revision: (truth.get(entity)?.revision ?? 0) + 1 }
      truth.set(entity, state)
      if (!open) closed.add(entity)
      outbox.push({ ...state, entity })
    },
    /** Says the oldest message that is still to be said. */
    relay: () => {
      const row = outbox[0]
      outbox = outbox.slice(1)
      const isThere = kept.some(({ subject, revision }) => subject === row?.subject && revision >= row.revision)
      if (row && !isThere) store(row)
      return row !== undefined
    },
    /** A relay that crashed says its newest messages again, all in their order, before anything else. */
    sayAgain: (count: number) => {
      if (first() > 1) return
      wasSaidAgain = true
      outbox = [...kept.slice(-count).map((entry): Row => ({ ...entry, said: entry.sequence })), ...outbox]
    },
    /** The oldest messages are removed. */
    retain: (count: number) => {
      // Retention takes what is a day old, and no relay is away for so long: both at once are not looked at.
      if (!wasSaidAgain) kept = kept.filter(({ sequence }) => sequence > last - count)
    },
    wipe: () => {
      life += 1
      kept = []
      // Both at once, a wipe and a crashed relay, may show an older state for a moment: not looked at.
      outbox = outbox.filter(({ said }) => said === undefined)
      last = 0
    },
    setOwner: (isUp: boolean) => {
      isOwnerUp = isUp
    },
    /**
     * Whether what came before this is in LIVE still and is shown to new subscribers: its owner had not closed it, nor moved
     * it to another audience (while it is asked for one after the other, it may find it in neither; then its change comes).
     */
    wasShown: ({ entity, subject, revision }: LiveEntry) =>
      !closed.has(entity) && kept.some((entry) => entry.subject === subject && entry.revision === revision - 1),
    /** A process that hears the stream at its own pace: `hear` takes the next step, false: there is none. */
    router: (log: Logger) => {
      const hub = createHub(log)
      const begin = (sequence: number) => {
        hub.follower.began({ created: created(), sequence })
        return true
      }
      const hear = () => {
        if (hub.created() !== created()) return begin(last)
        if (first() > hub.position() + 1) return begin(last)
        const next = kept.find(({ sequence }) => sequence > hub.position())
        if (next) hub.follower.message(next)
        return next !== undefined
      }
      return { hub, hear }
    },
  }
}
