import type { LiveState } from '../../../chassis/live.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { LiveSource } from '../../../chassis/nats/live-source.ts'
import { matches } from './hub.ts'

/** Reads from LIVE and from the sources of feeds, which are the subgraphs that publish them. */
export type LiveReader = Omit<LiveSource, 'follow'>

/** The known revision of each entity. */
export type KnownRevisions = Map<string, { revision: number; open: boolean }>

/** More missed messages than this cause a GAP. */
const MAX_MISSED = 1_000
/** Entities in a snapshot; further ones are delivered when they change. */
const MAX_ENTITIES = 10_000

export type Snapshot = {
  /** The updates, the oldest entity first. */
  entries: LiveEntry[]
  revisions: KnownRevisions
  /** The sequence up to which messages are included. */
  upTo: number
  /** Whether all open entities are included. LIVE alone does not have those that are older than its retention. */
  isComplete: boolean
}

/** The source's states (null if it did not answer), and the stream's incarnation and position before it was asked. */
export type SourceStates = { states: LiveState[] | null; created: string; position: number }

/**
 * Reads the current state: the source's states, and the messages published on LIVE from before the request until after
 * its answer. Each state of the source is then among those messages, or older, or in flight; the latter is left out
 * because it arrives as a message. So resuming after `upTo` neither misses nor repeats an update. Without the source's
 * answer these are LIVE's last messages, or none if there are too many. Throws if NATS is not reachable.
 */
export async function readSnapshot(
  reader: LiveReader,
  patterns: string[],
  fromSource: SourceStates,
): Promise<Snapshot> {
  const { created, lastSequence } = await reader.state()
  if (created !== fromSource.created) throw new Error('The stream began anew.')
  const { states, position } = fromSource
  const published = states
    ? await readPublishedSince(reader, patterns, position, lastSequence, states)
    : await reader.latest(patterns, lastSequence)
  // Read afterwards, because messages that retention removed before would be missing above.
  const now = await reader.state()
  if (now.created !== created) throw new Error('The stream began anew.')
  if (states && now.firstSequence > position + 1)
    throw new Error('Messages since the request have been removed already.')
  if (published === 'too many') return { entries: [], revisions: new Map(), upTo: lastSequence, isComplete: false }

  const newest = new Map<string, LiveEntry>()
  for (const entry of [...published, ...settledEntries(states ?? [], lastSequence)])
    if (!isDeliveredElsewhere(patterns, entry) && entry.revision > (newest.get(entry.entity)?.revision ?? -1))
      newest.set(entry.entity, entry)
  const visible = [...newest.values()].filter(({ open, entity }) => open || namesEntity(patterns, entity))
  return {
    entries: visible.sort((one, other) => (one.entity < other.entity ? -1 : 1)),
    revisions: newest,
    upTo: lastSequence,
    isComplete: states !== null,
  }
}

/** The messages after the position up to `upTo`, and the last messages of entities that are in flight. */
async function readPublishedSince(
  reader: LiveReader,
  patterns: string[],
  position: number,
  upTo: number,
  states: LiveState[],
): Promise<LiveEntry[] | 'too many'> {
  // The last message may have another audience in its subject, so only the entity is compared.
  const inFlight = states.flatMap(({ subject, inFlight }) =>
    inFlight ? patterns.map((pattern) => pattern.replace(/\*$/, subject.slice(subject.lastIndexOf('.') + 1))) : [],
  )
  const found = await Promise.all([
    inFlight.length ? reader.latest(inFlight, upTo) : [],
    ...patterns.map((pattern) => reader.since(pattern, position + 1, upTo, MAX_MISSED)),
  ])
  const published: LiveEntry[] = []
  for (const entries of found) {
    if (entries === 'too many') return entries
    published.push(...entries)
  }
  return published
}

/**
 * Requests the source's states of these patterns, page by page. `foreign` is a state that was not requested, if there is
 * one. Throws if the source does not answer in time.
 */
export async function requestStates(
  reader: LiveReader,
  patterns: string[],
  withinMs: number,
): Promise<{ states: LiveState[]; foreign: LiveState | undefined }> {
  const deadline = Date.now() + withinMs
  const read = async (pattern: string) => {
    const states: LiveState[] = []
    const [, feed = ''] = pattern.split('.')
    for (let after: string | null | undefined; after !== null && states.length < MAX_ENTITIES; ) {
      const request = after === undefined ? { pattern } : { pattern, after }
      const page = await reader.ask(feed, request, Math.max(1, deadline - Date.now()))
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

/** The states as entries of this sequence, without those in flight, which arrive as messages. */
export const settledEntries = (states: LiveState[], sequence: number): LiveEntry[] =>
  states
    .filter(({ inFlight }) => !inFlight)
    .map(({ subject, revision, open, state }) => ({
      ...{ subject, revision, open, state, sequence },
      entity: subject.slice(subject.lastIndexOf('.') + 1),
    }))

/** Whether a subscriber to these patterns gets the same change by another message. */
export const isDeliveredElsewhere = (patterns: string[], { elsewhere }: LiveEntry): boolean =>
  elsewhere !== undefined && patterns.some((pattern) => matches(pattern, elsewhere))

/** Whether a pattern names the entity; it is then delivered even if it is closed. */
export const namesEntity = (patterns: string[], entity: string) =>
  patterns.some((pattern) => pattern.endsWith(`.${entity}`))

/**
 * The messages after `sequence` up to the position, in order; null if there are more than MAX_MISSED or some have been
 * removed. Throws if NATS is not reachable.
 */
export async function readMissed(
  reader: LiveReader,
  patterns: string[],
  stream: { created: string; position: number },
  sequence: number,
): Promise<LiveEntry[] | null> {
  const { created, position } = stream
  const found =
    sequence < position
      ? await Promise.all(patterns.map((pattern) => reader.since(pattern, sequence + 1, position, MAX_MISSED)))
      : []
  // Read afterwards, because messages that retention removed before would be missing above.
  const state = await reader.state()
  if (state.created !== created) throw new Error('The stream began anew.')
  if (state.firstSequence > sequence + 1 || state.lastSequence < sequence) return null
  const missed = new Map<number, LiveEntry>()
  for (const entries of found) {
    if (entries === 'too many') return null
    for (const entry of entries) missed.set(entry.sequence, entry)
  }
  if (missed.size > MAX_MISSED) return null
  return [...missed.values()].sort((one, other) => one.sequence - other.sequence)
}
