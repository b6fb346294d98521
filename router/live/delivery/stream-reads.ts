import type { LiveState } from '../../../chassis/live.ts'
import type { LiveSource } from '../../../chassis/nats/live.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import { matches } from './hub.ts'

/** What can be read of LIVE and its owners. */
export type Reads = Omit<LiveSource, 'follow'>

/** What is known of each entity. */
export type Revisions = Map<string, { revision: number; open: boolean }>

/** More missed messages than this are a GAP. */
const MISSED = 1_000
/** Of more open entities a subscriber is not shown the rest until they change. */
const SHOWN = 10_000

export type Snapshot = {
  /** To be shown, oldest entity first. */
  entries: LiveEntry[]
  known: Revisions
  /** All up to here is in it, and nothing behind. */
  upTo: number
  /** Whether all that is open is in it: LIVE alone does not have what is older than it. */
  isComplete: boolean
}

/** What the owner has (null: it does not say), as it was asked when this position of this life of the stream was heard. */
export type Owned = { states: LiveState[] | null; created: string; position: number }

/**
 * How things stand: the owner's states, and what was said on LIVE since before it was asked until after it has answered. So
 * whatever the owner showed is either among that, or older, or in flight: that is left out, as it comes by itself. Therefore
 * going on from `upTo` neither misses nor repeats anything. Where the owner does not answer: LIVE's last messages, of which
 * it may have lost the oldest; none where that is too much. Throws where NATS is away.
 */
export async function readSnapshot(source: Reads, patterns: string[], owned: Owned): Promise<Snapshot> {
  const { created, lastSequence } = await source.state()
  if (created !== owned.created) throw new Error('The stream began anew.')
  const { states, position } = owned
  const said = states
    ? await readSaidMeanwhile(source, patterns, position, lastSequence, states)
    : await source.latest(patterns, lastSequence)
  // Only now: what was removed before is missing above.
  const now = await source.state()
  if (now.created !== created) throw new Error('The stream began anew.')
  if (states && now.firstSequence > position + 1) throw new Error('What was said meanwhile is removed already.')
  if (said === 'too many') return { entries: [], known: new Map(), upTo: lastSequence, isComplete: false }

  const newest = new Map<string, LiveEntry>()
  for (const entry of [...said, ...settled(states ?? [], lastSequence)])
    if (!isToldElsewhere(patterns, entry) && entry.revision > (newest.get(entry.entity)?.revision ?? -1))
      newest.set(entry.entity, entry)
  const shown = [...newest.values()].filter(({ open, entity }) => open || isNamed(patterns, entity))
  return {
    entries: shown.sort((one, other) => (one.entity < other.entity ? -1 : 1)),
    known: newest,
    upTo: lastSequence,
    isComplete: states !== null,
  }
}

/** What was said behind the position up to `upTo`, and the last that was said of whatever is in flight. */
async function readSaidMeanwhile(
  source: Reads,
  patterns: string[],
  position: number,
  upTo: number,
  owned: LiveState[],
): Promise<LiveEntry[] | 'too many'> {
  // Whatever audience it was last told to.
  const inFlight = owned.flatMap(({ subject, inFlight }) =>
    inFlight ? patterns.map((pattern) => pattern.replace(/\*$/, subject.slice(subject.lastIndexOf('.') + 1))) : [],
  )
  const found = await Promise.all([
    inFlight.length ? source.latest(inFlight, upTo) : [],
    ...patterns.map((pattern) => source.since(pattern, position + 1, upTo, MISSED)),
  ])
  const said: LiveEntry[] = []
  for (const entries of found) {
    if (entries === 'too many') return entries
    said.push(...entries)
  }
  return said
}

/**
 * The owner's states of all these patterns, page by page, and one of those (if any) that it was not asked for. Throws where
 * it does not answer in time.
 */
export async function readOwner(
  source: Reads,
  patterns: string[],
  withinMs: number,
): Promise<{ states: LiveState[]; foreign: LiveState | undefined }> {
  const deadline = Date.now() + withinMs
  const read = async (pattern: string) => {
    const states: LiveState[] = []
    const [, feed = ''] = pattern.split('.')
    for (let after: string | null | undefined; after !== null && states.length < SHOWN; ) {
      const request = after === undefined ? { pattern } : { pattern, after }
      const page = await source.ask(feed, request, Math.max(1, deadline - Date.now()))
      states.push(...page.states)
      after = page.next
    }
    return states.map((state) => ({ state, isForeign: !matches(pattern, state.subject) }))
  }
  const found = (await Promise.all(patterns.map(read))).flat()
  return {
    states: found.flatMap(({ state, isForeign }) => (isForeign ? [] : state)),
    foreign: found.find(({ isForeign }) => isForeign)?.state,
  }
}

/** As entries of this sequence; without those that come by themselves. */
export const settled = (states: LiveState[], sequence: number): LiveEntry[] =>
  states
    .filter(({ inFlight }) => !inFlight)
    .map(({ subject, revision, open, state }) => ({
      ...{ subject, revision, open, state, sequence },
      entity: subject.slice(subject.lastIndexOf('.') + 1),
    }))

/** Whether who hears these patterns is told the same change by another message. */
export const isToldElsewhere = (patterns: string[], { elsewhere }: LiveEntry): boolean =>
  elsewhere !== undefined && patterns.some((pattern) => matches(pattern, elsewhere))

/** Whether it is asked for by its name, so it is shown in any state. */
export const isNamed = (patterns: string[], entity: string) =>
  patterns.some((pattern) => pattern.endsWith(`.${entity}`))

/**
 * What a subscriber that was told all up to `sequence` has missed up to `position`, in order. null: too much, or
 * the stream no longer has it all. Throws where NATS is away.
 */
export async function readMissed(
  source: Reads,
  patterns: string[],
  life: { created: string; position: number },
  sequence: number,
): Promise<LiveEntry[] | null> {
  const { created, position } = life
  const found =
    sequence < position
      ? await Promise.all(patterns.map((pattern) => source.since(pattern, sequence + 1, position, MISSED)))
      : []
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
  return [...missed.values()].sort((one, other) => one.sequence - other.sequence)
}
