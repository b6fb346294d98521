import { z } from 'zod'
import { type LiveState, type SnapshotAnswer, type SnapshotRequest, snapshotSubject } from '../live.ts'
import type { Logger } from '../log.ts'
import { LIVE, type Nats, type StreamSettings } from './connection.ts'
import { directGets } from './direct-gets.ts'
import { followStream, type Position } from './follow-stream.ts'
import { type LiveEntry, readEntry } from './live-entry.ts'

export type LiveFollower = {
  /** All behind this position is told; at first the present. Again where it can't go on: what was between is lost. */
  began(position: Position): void
  /** Every message behind it, once, in order. */
  message(entry: LiveEntry): void
  /** Here was something that is no live message. */
  skipped(sequence: number): void
}

export type StreamState = { created: string; firstSequence: number; lastSequence: number }

/** The stream LIVE, and the owners behind it, as the router reads them. Every read rejects where NATS is away. */
export type LiveSource = {
  /** Hears everything, until stopped. One per process. */
  follow(follower: LiveFollower): { stop(): Promise<void> }
  /** As it is at some moment after the call. */
  state(): Promise<StreamState>
  /** The last message of each matching subject up to this sequence; 'too many': of more than 1,024 subjects. */
  latest(patterns: string[], upTo: number): Promise<LiveEntry[] | 'too many'>
  /** The messages of matching subjects with from <= sequence <= upTo, in order; 'too many': more than `limit`. */
  since(pattern: string, from: number, upTo: number, limit: number): Promise<LiveEntry[] | 'too many'>
  /**
   * Asks the owner of a feed for one page, as it is at some moment after the call; rejects at once if there is no owner, or
   * if it does not answer in time.
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

/** Tells a follower what is heard of the stream. */
export const liveHearer = ({ began, message, skipped }: LiveFollower, stream: string, log: Logger) => ({
  began,
  message: (heard: Heard, sequence: number) => {
    const entry = readEntry(heard.subject, sequence, heard)
    if (entry) return message(entry)
    log.error({ stream, subject: heard.subject, sequence }, 'no live message; it is skipped')
    skipped(sequence)
  },
})

type Heard = { subject: string; json(): unknown }

export function liveSource(
  nats: Nats,
  log: Logger,
  stream: StreamSettings = LIVE,
  timing?: Parameters<typeof followStream>[4],
): LiveSource {
  const { connection, manager, whileConnected } = nats
  const get = directGets(nats, stream.name)

  const follow = (follower: LiveFollower) =>
    followStream(nats, stream, liveHearer(follower, stream.name, log), log, timing)

  const latest = async (patterns: string[], upTo: number) => {
    if (upTo === 0) return [] // To NATS 0 means "no bound".
    const got = await get({ multi_last: patterns, up_to_seq: upTo })
    return got === 'too many' ? got : got.entries
  }

  const since = async (pattern: string, from: number, upTo: number, limit: number) => {
    const found: LiveEntry[] = []
    for (let seq = from; seq <= upTo; ) {
      const batch = limit + 1 - found.length
      const got = await get({ next_by_subj: pattern, seq, batch, max_bytes: BATCH_BYTES })
      if (got === 'too many') return got
      found.push(...got.entries.filter(({ sequence }) => sequence <= upTo))
      if (found.length > limit) return 'too many'
      // NATS ends a batch early only for its bytes.
      const isAll = got.count < batch && got.bytes < BATCH_BYTES / 2
      if (isAll) break
      seq = got.last + 1
    }
    return found
  }

  const askOnce = async (feed: string, body: string, timeoutMs: number): Promise<SnapshotAnswer> => {
    const answer = await whileConnected(() => connection.request(snapshotSubject(feed), body, { timeout: timeoutMs }))
    return answerSchema.parse(answer.json())
  }
  /** What is asked at this moment, by feed and request; `nextMs`: how long the most patient waits of those to be asked for. */
  const asked = new Map<string, Asked>()
  const startAsking = (feed: string, body: string): Asked => {
    const one: Asked = { callers: 0, nextMs: 0, run: shared(() => ask()) }
    const ask = () => {
      const { nextMs } = one
      one.nextMs = 0
      return askOnce(feed, body, nextMs)
    }
    return one
  }
  const ask = (feed: string, request: SnapshotRequest, timeoutMs: number) => {
    const body = JSON.stringify(request)
    const key = `${feed} ${body}`
    const one = asked.get(key) ?? startAsking(feed, body)
    asked.set(key, one)
    one.callers += 1
    one.nextMs = Math.max(one.nextMs, timeoutMs)
    return within(timeoutMs, one.run()).finally(() => {
      one.callers -= 1
      if (one.callers === 0) asked.delete(key)
    })
  }

  const state = shared(async () => {
    const { created, state } = await whileConnected(() => manager.streams.info(stream.name))
    return { created, firstSequence: state.first_seq, lastSequence: state.last_seq }
  })

  return { follow, state, latest, since, ask }
}

type Asked = { run: () => Promise<SnapshotAnswer>; callers: number; nextMs: number }

/** What it answers, if it does in time. */
function within<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('The owner did not answer in time.')), ms)
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer))
}

/** Calls share one run of `read`, but never one that has begun before them. */
function shared<Answer>(read: () => Promise<Answer>): () => Promise<Answer> {
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
