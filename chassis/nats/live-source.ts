import { z } from 'zod'
import { hasExactNumbers, parseExactly } from '../exact-json.ts'
import { type LiveState, type SnapshotAnswer, type SnapshotRequest, snapshotSubject } from '../live.ts'
import type { Logger } from '../log.ts'
import { rejectAfter } from '../within.ts'
import { LIVE, type Nats, type StreamSettings } from './connection.ts'
import { directGets } from './direct-gets.ts'
import { followStream, type StreamPosition } from './follow-stream.ts'
import { type LiveEntry, readEntry } from './live-entry.ts'

export type LiveFollower = {
  /** Delivery starts after this position: the present at first; called again after each gap. */
  began(position: StreamPosition): void
  /** Called once for each later message, in order. */
  message(entry: LiveEntry): void
  /** Called for a message that is not a valid live message. */
  skipped(sequence: number): void
}

export type StreamState = { created: string; firstSequence: number; lastSequence: number }

/** The router's access to the stream LIVE and the feeds' owners. Every read rejects if NATS is away. */
export type LiveSource = {
  /** Delivers every message until stopped. At most one per process. */
  follow(follower: LiveFollower): { stop(): Promise<void> }
  /** The stream's state at some moment after the call. */
  state(): Promise<StreamState>
  /** The last message of each matching subject up to this sequence; 'too many' if more than 1,024 subjects match. */
  latest(patterns: string[], upTo: number): Promise<LiveEntry[] | 'too many'>
  /** The messages of matching subjects with from <= sequence <= upTo, in order; 'too many' if there are more than `limit`. */
  since(pattern: string, from: number, upTo: number, limit: number): Promise<LiveEntry[] | 'too many'>
  /**
   * Fetches one page of a snapshot from a feed's owner, read at some moment after the call. Rejects at once if no owner is
   * running, or after `timeoutMs`.
   */
  ask(feed: string, request: SnapshotRequest, timeoutMs: number): Promise<SnapshotAnswer>
}

const BATCH_BYTES = 8 * 1024 * 1024

const answerSchema = z.object({
  states: z.array(
    z.object({
      subject: z.string(),
      revision: z.int().min(0),
      open: z.boolean(),
      state: z.record(z.string(), z.unknown()),
      inFlight: z.boolean().optional(),
    }) satisfies z.ZodType<LiveState>,
  ),
  next: z.string().nullable(),
})

/** An owner's answer, with exact numbers in its states. Throws if it is none. */
export function readAnswer(text: string): SnapshotAnswer {
  const answer = answerSchema.parse(JSON.parse(text))
  if (!hasExactNumbers(text)) return answer
  const exact = parseExactly(text) as SnapshotAnswer // The same text was valid above.
  return { ...answer, states: answer.states.map((each, i) => ({ ...each, state: exact.states[i]?.state ?? {} })) }
}

/** Delivers a stream's messages to a follower, read; one that is no live message is logged and skipped. */
export const liveListener = ({ began, message, skipped }: LiveFollower, stream: string, log: Logger) => ({
  began,
  message: (received: ReceivedMessage, sequence: number) => {
    const entry = readEntry(received.subject, sequence, received)
    if (entry) return message(entry)
    log.error({ stream, subject: received.subject, sequence }, 'not a valid live message: it is skipped')
    skipped(sequence)
  },
})

type ReceivedMessage = { subject: string; string(): string }

export function liveSource(
  nats: Nats,
  log: Logger,
  stream: StreamSettings = LIVE,
  timing?: Parameters<typeof followStream>[4],
): LiveSource {
  const { connection, manager, whileConnected } = nats
  const get = directGets(nats, stream.name)

  const follow = (follower: LiveFollower) =>
    followStream(nats, stream, liveListener(follower, stream.name, log), log, timing)

  const latest = async (patterns: string[], upTo: number) => {
    if (upTo === 0) return [] // To NATS 0 means "no bound".
    const batch = await get({ multi_last: patterns, up_to_seq: upTo })
    return batch === 'too many' ? batch : batch.entries
  }

  const since = async (pattern: string, from: number, upTo: number, limit: number) => {
    const found: LiveEntry[] = []
    for (let seq = from; seq <= upTo; ) {
      const max = limit + 1 - found.length
      const batch = await get({ next_by_subj: pattern, seq, batch: max, max_bytes: BATCH_BYTES })
      if (batch === 'too many') return batch
      found.push(...batch.entries.filter(({ sequence }) => sequence <= upTo))
      if (found.length > limit) return 'too many'
      // NATS ends a batch early only at `max_bytes`.
      const isAll = batch.count < max && batch.bytes < BATCH_BYTES / 2
      if (isAll) break
      seq = batch.last + 1
    }
    return found
  }

  const requestPage = async (feed: string, body: string, timeoutMs: number): Promise<SnapshotAnswer> => {
    const answer = await whileConnected(() => connection.request(snapshotSubject(feed), body, { timeout: timeoutMs }))
    return readAnswer(answer.string())
  }
  /** Requests in flight, by feed and body, so that equal ones are shared. */
  const pending = new Map<string, PendingRequest>()
  const createRequest = (feed: string, body: string): PendingRequest => {
    const created: PendingRequest = { callers: 0, nextMs: 0, run: shareRuns(() => send()) }
    const send = () => {
      const { nextMs } = created
      created.nextMs = 0
      return requestPage(feed, body, nextMs)
    }
    return created
  }
  const ask = (feed: string, request: SnapshotRequest, timeoutMs: number) => {
    const body = JSON.stringify(request)
    const key = `${feed} ${body}`
    const shared = pending.get(key) ?? createRequest(feed, body)
    pending.set(key, shared)
    shared.callers += 1
    shared.nextMs = Math.max(shared.nextMs, timeoutMs)
    return rejectAfter(timeoutMs, shared.run(), 'The owner did not answer in time.').finally(() => {
      shared.callers -= 1
      if (shared.callers === 0) pending.delete(key)
    })
  }

  const state = shareRuns(async () => {
    const { created, state } = await whileConnected(() => manager.streams.info(stream.name))
    return { created, firstSequence: state.first_seq, lastSequence: state.last_seq }
  })

  return { follow, state, latest, since, ask }
}

/** `nextMs`: the longest timeout among the callers of the next run. */
type PendingRequest = { run: () => Promise<SnapshotAnswer>; callers: number; nextMs: number }

/** Concurrent calls share one run of `read`, but never a run that started before the call. */
function shareRuns<Answer>(read: () => Promise<Answer>): () => Promise<Answer> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Answer> | null = null
  return () => {
    if (next) return next
    const begin = () => {
      next = null
      return read()
    }
    next = running.then(begin, begin)
    running = next
    return next
  }
}
