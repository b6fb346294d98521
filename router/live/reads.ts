import type { LiveState } from '../../chassis/live.ts'
import type { LiveSource } from '../../chassis/nats/live.ts'
import { matches } from './hub.ts'
import type { LiveEntry } from './types.ts'

/** What can be read of LIVE and its owners. */
export type Reads = Omit<LiveSource, 'follow'>

/** The revision up to which each entity is known. */
export type Revisions = Map<string, number>

/** More missed messages than this are a GAP. */
const MISSED = 1_000
/** Of more open entities a subscriber is not shown the rest until they change. */
const SHOWN = 10_000

export type Snapshot = {
  /** To be shown, oldest entity first. */
  entries: LiveEntry[]
  known: Revisions
  /** All up to here is in it. */
  upTo: number
  /** It may hold more than up to `upTo`, but nothing behind this. */
  within: number
  /** Whether the owner has answered: LIVE alone does not have what is older than it. */
  isComplete: boolean
}

/**
 * How things stand: the owner's states, and LIVE's last messages as they are after the owner has answered. So whatever the
 * owner showed is either in LIVE by then, or gone from it, or in flight: that is left out, as it comes by itself. Therefore
 * going on from `upTo` neither misses nor repeats anything. Throws where NATS is away.
 */
export async function readSnapshot(
  source: Reads,
  patterns: string[],
  life: { created: string; position: number },
  ownerMs: number,
): Promise<Snapshot> {
  const owned = await readOwner(source, patterns, ownerMs).catch(() => null)
  const { created, lastSequence } = await source.state()
  if (created !== life.created) throw new Error('The stream began anew.')
  const last = await source.latest(patterns, lastSequence)
  // Only now: what the owner did not show yet must still have been there.
  const { firstSequence } = await source.state()
  if (firstSequence > life.position + 1) throw new Error('The stream drops messages faster than they are heard.')
  if (last === 'too many' && !owned) throw new Error('There is too much for LIVE alone, and no answer from the owner.')

  const newest = new Map<string, LiveEntry>()
  const states = settled(owned ?? [], lastSequence)
  for (const entry of last === 'too many' ? states : [...last, ...states])
    if (entry.revision > (newest.get(entry.entity)?.revision ?? -1)) newest.set(entry.entity, entry)
  const shown = [...newest.values()].filter(({ open, entity }) => open || isNamed(patterns, entity))
  return {
    entries: shown.sort((one, other) => (one.entity < other.entity ? -1 : 1)),
    known: new Map([...newest.values()].map(({ entity, revision }) => [entity, revision])),
    // The owner alone may lack what was said while it answered.
    upTo: last === 'too many' ? life.position : lastSequence,
    within: lastSequence,
    isComplete: owned !== null,
  }
}

/** The owner's states of all these patterns, page by page. Throws where it does not answer in time. */
export async function readOwner(source: Reads, patterns: string[], withinMs: number): Promise<LiveState[]> {
  const deadline = Date.now() + withinMs
  const read = async (pattern: string) => {
    const states: LiveState[] = []
    const [, feed = ''] = pattern.split('.')
    for (let after: string | null | undefined; after !== null && states.length < SHOWN; ) {
      const request = after === undefined ? { pattern } : { pattern, after }
      const page = await source.ask(feed, request, Math.max(1, deadline - Date.now()))
      const foreign = page.states.find(({ subject }) => !matches(pattern, subject))
      if (foreign) throw new Error(`The owner of ${pattern} answered about ${foreign.subject}.`)
      states.push(...page.states)
      after = page.next
    }
    return states
  }
  return (await Promise.all(patterns.map(read))).flat()
}

/** As entries of this sequence; without those that come by themselves. */
export const settled = (states: LiveState[], sequence: number): LiveEntry[] =>
  states
    .filter(({ inFlight }) => !inFlight)
    .map(({ subject, revision, open, state }) => ({
      ...{ subject, revision, open, state, sequence },
      entity: subject.slice(subject.lastIndexOf('.') + 1),
    }))

const isNamed = (patterns: string[], entity: string) => patterns.some((pattern) => pattern.endsWith(`.${entity}`))

/**
 * What a subscriber that was told all up to `sequence` has missed up to `position`, and what it knew. null: too much, or
 * the stream no longer has it all. Throws where NATS is away.
 */
export async function readMissed(
  source: Reads,
  patterns: string[],
  life: { created: string; position: number },
  sequence: number,
): Promise<{ missed: LiveEntry[]; known: Revisions } | null> {
  const { created, position } = life
  const isBehind = sequence < position
  const [known, ...found] = await Promise.all([
    source.latest(patterns, sequence),
    ...(isBehind ? patterns.map((pattern) => source.since(pattern, sequence + 1, position, MISSED)) : []),
  ])
  // Only now: what was removed before is missing above.
  const state = await source.state()
  if (state.created !== created) throw new Error('The stream began anew.')
  if (state.firstSequence > sequence + 1 || state.lastSequence < sequence) return null
  const missed = new Map<number, LiveEntry>()
  for (const entries of found) {
    if (entries === 'too many') return null
    for (const entry of entries) missed.set(entry.sequence, entry)
  }
  if (missed.size > MISSED) return null
  const revisions: Revisions = new Map()
  for (const { entity, revision } of known === 'too many' ? [] : known)
    revisions.set(entity, Math.max(revision, revisions.get(entity) ?? -1))
  return { missed: [...missed.values()].sort((one, other) => one.sequence - other.sequence), known: revisions }
}
