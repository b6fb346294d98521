import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { Resume, Update } from '../types.ts'

/**
 * The updates that wait for a subscriber. Up to MAX_CHANGES wait one by one. With more, only the newest state of each entity
 * is kept (`newest`), in the order of its last change, and becomes a SNAPSHOT.
 */
export type PendingUpdates = {
  updates: Update[]
  /** The number of updates that were read at once (snapshots, missed changes). They do not count towards MAX_CHANGES. */
  batched: number
  newest: Map<string, LiveEntry> | null
  /** Whether a GAP comes before the newest states. */
  hasGap: boolean
}

/** Changes that wait one by one. */
const MAX_CHANGES = 64
/** Entities whose newest state waits. */
const MAX_ENTITIES = 1_024

export const noPendingUpdates = (): PendingUpdates => ({
  updates: [],
  batched: 0,
  newest: null,
  hasGap: false,
})

/** Adds updates that were read at once. They are not limited, because they are in memory already. */
export function addBatch(pending: PendingUpdates, updates: Update[]): void {
  if (pending.newest) {
    for (const { entry } of updates) if (entry) keepNewest(pending.newest, entry)
    return
  }
  for (const update of updates) pending.updates.push(update)
  pending.batched += updates.length
}

/** Adds a change, which may replace older ones; false if there are too many entities. */
export function addChange(pending: PendingUpdates, update: Update): boolean {
  if (!pending.newest && pending.updates.length - pending.batched >= MAX_CHANGES) {
    pending.newest = new Map()
    pending.hasGap = pending.updates.some(({ kind }) => kind === 'GAP')
    for (const { entry } of pending.updates) if (entry) keepNewest(pending.newest, entry)
    pending.updates = []
    pending.batched = 0
  }
  if (!pending.newest) return pending.updates.push(update) > 0
  if (!update.entry || (pending.newest.size >= MAX_ENTITIES && !pending.newest.has(update.entry.entity))) return false
  keepNewest(pending.newest, update.entry)
  return true
}

function keepNewest(newest: Map<string, LiveEntry>, entry: LiveEntry): void {
  newest.delete(entry.entity) // Moves the entity to the end of the Map's order.
  newest.set(entry.entity, entry)
}

/**
 * Takes the next update. If updates were replaced, the kept states come as SNAPSHOTs. There is no GAP before them, because
 * the subscriber has every other entity as it is. `currentResume` is the `resume` after all kept states.
 */
export function takeNext(pending: PendingUpdates, currentResume: Resume): Update | undefined {
  if (pending.newest) {
    const entries = [...pending.newest.values()]
    const gaps: Update[] = pending.hasGap ? [{ kind: 'GAP', entry: null, resume: null }] : []
    pending.updates = [...gaps, ...snapshots(entries, currentResume)]
    pending.batched = pending.updates.length
    pending.newest = null
    pending.hasGap = false
  }
  pending.batched = Math.max(0, pending.batched - 1)
  return pending.updates.shift()
}

/** SNAPSHOTs of these entries. A client can resume only after the last of them, because only then it has all. */
export const snapshots = (entries: LiveEntry[], resume: Resume): Update[] =>
  entries.map((entry, index) => ({
    kind: 'SNAPSHOT',
    entry,
    resume: index === entries.length - 1 ? resume : null,
  }))
