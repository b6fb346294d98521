import type { LiveState } from '../../../chassis/live.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { Hub } from './hub.ts'
import { createSemaphore } from './semaphore.ts'
import { type LiveReader, requestStates, settledEntries } from './stream-reads.ts'

/** Requests to one feed's source at once. They are counted for each feed, so a source that hangs delays no other feed. */
const MAX_REQUESTS = 64
/** Further requests for subscribers that already have updates; new subscribers never wait behind these. */
const MAX_BACKGROUND_REQUESTS = 8
/** A background request may take longer by this factor. */
const BACKGROUND_TIMEOUT_FACTOR = 5
const LOG_INTERVAL_MS = 60_000

/** Times in milliseconds, and a timer that tests replace. */
export type Timing = {
  /** How long a new subscriber waits for the feed's source. */
  sourceTimeoutMs: number
  /** The interval of background requests. */
  repeatMs: number
  /** The delay before a failed read of LIVE is repeated. */
  retryMs: number
  /** Calls back after about `ms`. Returns how to cancel. */
  schedule(ms: number, then: () => unknown): () => void
}

/** A subscriber that has started without the source's states. */
export type SnapshotWaiter = {
  /** A request is sent now; the states in its answer are from now or later. */
  requested(): void
  /** The states that are published up to this sequence; others are still in flight and arrive as messages. */
  answered(states: LiveEntry[], sequence: number): void
}

export type SnapshotRequests = ReturnType<typeof createSnapshotRequests>

/** Requests snapshots from the sources of feeds, for all subscribers of the process. */
export function createSnapshotRequests(options: { reader: LiveReader; hub: Hub; log: Logger; timing: Timing }) {
  const { reader, hub, log, timing } = options
  const { sourceTimeoutMs, repeatMs, schedule } = timing
  const feeds = new Map<string, ReturnType<typeof newFeedLimits>>()
  const groups = new Map<string, Group>()

  const limitsOf = ([pattern = '']: string[]) => {
    const [, feed = ''] = pattern.split('.')
    const limits = feeds.get(feed) ?? newFeedLimits()
    feeds.set(feed, limits)
    return limits
  }

  const request = async (patterns: string[], withinMs: number) => {
    const limits = limitsOf(patterns)
    const { states, foreign } = await requestStates(reader, patterns, withinMs)
    if (foreign && Date.now() >= limits.nextLogAt) {
      limits.nextLogAt = Date.now() + LOG_INTERVAL_MS
      log.error(
        { patterns, subject: foreign.subject },
        'a feed’s source answered with a state that was not requested; it is ignored',
      )
    }
    return states
  }

  /** The source's states of these patterns of one feed; null if it did not answer in time or `isStale` returned true. */
  const requestOnce = (patterns: string[], isStale: () => boolean): Promise<LiveState[] | null> => {
    const { promise, resolve } = Promise.withResolvers<LiveState[] | null>()
    let hasTimedOut = false
    const cancel = schedule(sourceTimeoutMs, () => {
      hasTimedOut = true
      resolve(null)
    })
    const work = async () => (hasTimedOut || isStale() ? null : request(patterns, sourceTimeoutMs))
    limitsOf(patterns)
      .foreground.run(work)
      .catch(() => null)
      .then((states) => {
        cancel()
        resolve(states)
      })
    return promise
  }

  /** Repeats a request until it is answered, once for all waiters of the same patterns. Returns how to cancel. */
  const requestUntilAnswered = (patterns: string[], waiter: SnapshotWaiter): (() => void) => {
    const key = patterns.join(' ')
    const group = groups.get(key) ?? { patterns, waiters: new Set(), cancel: null }
    groups.set(key, group)
    group.waiters.add(waiter)
    scheduleNext(key, group)
    return () => {
      group.waiters.delete(waiter)
      scheduleNext(key, group)
    }
  }

  /** Schedules the next request of a group, or removes a group without waiters. */
  const scheduleNext = (key: string, group: Group) => {
    if (group.waiters.size > 0) {
      group.cancel ??= schedule(repeatMs, () => limitsOf(group.patterns).background.run(() => requestFor(key, group)))
      return
    }
    group.cancel?.()
    if (groups.get(key) === group) groups.delete(key)
  }

  const requestFor = async (key: string, group: Group) => {
    // Later waiters may know newer revisions than this answer has, so the next request is for them.
    const waiters = [...group.waiters]
    try {
      if (waiters.length === 0) return
      for (const waiter of waiters) waiter.requested()
      const states = await request(group.patterns, BACKGROUND_TIMEOUT_FACTOR * sourceTimeoutMs)
      const { created, lastSequence } = await reader.state()
      if (created !== hub.created()) return
      const entries = settledEntries(states, lastSequence)
      for (const waiter of waiters) if (group.waiters.delete(waiter)) waiter.answered(entries, lastSequence)
    } catch (error) {
      log.debug({ err: error }, 'the feed’s source does not answer yet')
    } finally {
      group.cancel = null
      scheduleNext(key, group)
    }
  }

  return {
    requestOnce,
    requestUntilAnswered,
    /** The number of requests and of groups that wait for one. */
    pending: () =>
      groups.size +
      feeds.values().reduce((sum, limits) => sum + limits.foreground.count() + limits.background.count(), 0),
  }
}

/** The waiters of the same patterns. `cancel` is null if no request is scheduled or under way. */
type Group = { patterns: string[]; waiters: Set<SnapshotWaiter>; cancel: (() => void) | null }

const newFeedLimits = () => ({
  foreground: createSemaphore(MAX_REQUESTS),
  background: createSemaphore(MAX_BACKGROUND_REQUESTS),
  nextLogAt: 0,
})
