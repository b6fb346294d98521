import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { Resume, Update } from '../types.ts'

/**
 * What a subscriber is still to be told. While there is little, each update; then (`kept`) only the newest state of each
 * entity, in the order in which they came.
 */
export type Waiting = {
  updates: Update[]
  /** So many of the updates (snapshots, what was missed) came at once and don't count as slowness. */
  bulk: number
  kept: Map<string, LiveEntry> | null
}

/** Changes that wait before older ones are given up. */
const CHANGES = 64
/** Entities of which the newest state waits, before all are given up. */
const ENTITIES = 1_024

export const nothingWaits = (): Waiting => ({ updates: [], bulk: 0, kept: null })

/** Adds what came at once, all of which fits in memory already. */
export function addBulk(waiting: Waiting, updates: Update[]): void {
  if (waiting.kept) {
    for (const { entry } of updates) if (entry) keep(waiting.kept, entry)
    return
  }
  for (const update of updates) waiting.updates.push(update)
  waiting.bulk += updates.length
}

/** Adds a change, perhaps in place of older ones; false: there are too many entities. */
export function addChange(waiting: Waiting, update: Update): boolean {
  if (!waiting.kept && waiting.updates.length - waiting.bulk >= CHANGES) {
    waiting.kept = new Map()
    for (const { entry } of waiting.updates) if (entry) keep(waiting.kept, entry)
    waiting.updates = []
    waiting.bulk = 0
  }
  if (!waiting.kept) return waiting.updates.push(update) > 0
  if (!update.entry || (waiting.kept.size >= ENTITIES && !waiting.kept.has(update.entry.entity))) return false
  keep(waiting.kept, update.entry)
  return true
}

function keep(kept: Map<string, LiveEntry>, entry: LiveEntry): void {
  kept.delete(entry.entity) // The last one must be the one that came last.
  kept.set(entry.entity, entry)
}

/**
 * Takes the next update. Where some were given up that is GAP, then what was kept as SNAPSHOTs. `told`: the resume of what
 * was told last; `now`: the resume when all that was kept is told.
 */
export function takeNext(waiting: Waiting, told: Resume, now: Resume): Update | undefined {
  if (waiting.kept) {
    const entries = [...waiting.kept.values()]
    waiting.kept = null
    waiting.updates = snapshots(entries, now)
    waiting.bulk = entries.length
    return { kind: 'GAP', entry: null, resume: told }
  }
  waiting.bulk = Math.max(0, waiting.bulk - 1)
  return waiting.updates.shift()
}

/** SNAPSHOTs of these; only with the last of them the whole is told, so only it can be gone on from. */
export const snapshots = (entries: LiveEntry[], resume: Resume): Update[] =>
  entries.map((entry, index) => ({
    kind: 'SNAPSHOT',
    entry,
    resume: index === entries.length - 1 ? resume : null,
  }))
