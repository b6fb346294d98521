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
  /** All up to here is in it, and nothing behind. */
  upTo: number
  /** Whether the owner has answered: LIVE alone does not have what is older than it. */
  isComplete: boolean
}

/**
 * How things stand: the owner's states, and what was said on LIVE since before it was asked until after it has answered. So
 * whatever the owner showed is either among that, or older, or in flight: that is left out, as it comes by itself. Therefore
 * going on from `upTo` neither misses nor repeats anything. Where the owner does not answer: LIVE's last messages, of which
 * it may have lost the oldest. Throws where NATS is away.
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
  const said = owned
    ? await readSaidMeanwhile(source, patterns, life, lastSequence, owned)
    : await source.latest(patterns, lastSequence)
  if (said === 'too many') throw new Error('There is too much for LIVE alone, and no answer from the owner.')

  const newest = new Map<string, LiveEntry>()
  for (const entry of [...said, ...settled(owned ?? [], lastSequence)])
    if (!isToldElsewhere(patterns, entry) && entry.revision > (newest.get(entry.entity)?.revision ?? -1))
      newest.set(entry.entity, entry)
  const shown = [...newest.values()].filter(({ open, entity }) => open || isNamed(patterns, entity))
  return {
    entries: shown.sort((one, other) => (one.entity < other.entity ? -1 : 1)),
    known: new Map([...newest.values()].map(({ entity, revision }) => [entity, revision])),
    upTo: lastSequence,
    isComplete: owned !== null,
  }
}

/** What was said behind the position up to `upTo`, and the last that was said of whatever is in flight. */
async function readSaidMeanwhile(
  source: Reads,
  patterns: string[],
  { position }: { position: number },
  upTo: number,
  owned: LiveState[],
): Promise<LiveEntry[]> {
  // Whatever audience it was last told to.
  const inFlight = owned.flatMap(({ subject, inFlight }) =>
    inFlight ? patterns.map((pattern) => pattern.replace(/\*$/, subject.slice(subject.lastIndexOf('.') + 1))) : [],
  )
  const [before, ...found] = await Promise.all([
    inFlight.length ? source.latest(inFlight, upTo) : [],
    ...patterns.map((pattern) => source.since(pattern, position + 1, upTo, MISSED)),
  ])
  const { firstSequence } = await source.state()
  const said = found.flat()
  if (firstSequence > position + 1 || before === 'too many' || said.some((entry) => entry === 'too many'))
    throw new Error('Too much was said while the owner answered.')
  return [...before, ...said].filter((entry) => entry !== 'too many')
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

/** Whether who hears these patterns is told the same change by another message. */
export const isToldElsewhere = (patterns: string[], { elsewhere }: LiveEntry): boolean =>
  elsewhere !== undefined && patterns.some((pattern) => matches(pattern, elsewhere))

const isNamed = (patterns: string[], entity: string) => patterns.some((pattern) => pattern.endsWith(`.${entity}`))

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
