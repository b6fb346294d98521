import type { LiveState } from '../../../chassis/live.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { Hub } from './hub.ts'
import { turns } from './semaphore.ts'
import { type Reads, readOwner, settled } from './stream-reads.ts'

/** So many ask the owner of one feed at once; one that hangs makes nobody wait but who asks it. */
const ASK_AT_ONCE = 64
/** So many besides for those who go on without it already: who comes anew never waits behind them. */
const ASK_LATER_AT_ONCE = 8
/** The owner has so many times longer where nobody waits for it. */
const PATIENCE = 5
const COMPLAIN_MS = 60_000

/** How long things take; tests pass their own clock in. */
export type Timing = {
  /** The owner has so long to answer a new subscriber. */
  ownerMs: number
  askAgainMs: number
  retryMs: number
  /** Calls back about so many milliseconds later, and waits for nothing; returns how to cancel. */
  later(ms: number, then: () => unknown): () => void
}

/** Somebody who goes on without what the owner did not answer in time. */
export type Waiter = {
  /** The owner is asked now: it answers how all stands at some moment from now on. */
  asked(): void
  /** The answer, without what is in flight: all of it was said by this sequence. */
  answered(states: LiveEntry[], sequence: number): void
}

export type Asking = ReturnType<typeof createAsking>

/** Asks the owners of feeds how all stands, for all subscribers of the process. */
export function createAsking(options: { source: Reads; hub: Hub; log: Logger; timing: Timing }) {
  const { source, hub, log, timing } = options
  const { ownerMs, askAgainMs, later } = timing
  const lanes = new Map<string, ReturnType<typeof newLane>>()
  const groups = new Map<string, Group>()

  const laneOf = ([pattern = '']: string[]) => {
    const [, feed = ''] = pattern.split('.')
    const lane = lanes.get(feed) ?? newLane()
    lanes.set(feed, lane)
    return lane
  }

  const ask = async (patterns: string[], withinMs: number) => {
    const lane = laneOf(patterns)
    const { states, foreign } = await readOwner(source, patterns, withinMs)
    if (foreign && Date.now() >= lane.quietUntil) {
      lane.quietUntil = Date.now() + COMPLAIN_MS
      log.error(
        { patterns, subject: foreign.subject },
        'the owner answered about what it was not asked; it is not shown',
      )
    }
    return states
  }

  /** What the owner has of these patterns, all of one feed; null: it did not answer in time, or nobody wants it any more. */
  const now = (patterns: string[], isOver: () => boolean): Promise<LiveState[] | null> => {
    const { promise, resolve } = Promise.withResolvers<LiveState[] | null>()
    let isLate = false
    const cancel = later(ownerMs, () => {
      isLate = true
      resolve(null)
    })
    const work = async () => (isLate || isOver() ? null : ask(patterns, ownerMs))
    laneOf(patterns)
      .now.run(work)
      .catch(() => null)
      .then((states) => {
        cancel()
        resolve(states)
      })
    return promise
  }

  /** Has the owner asked until it answers, once for all who wait for the same. Returns how to wait no more. */
  const untilAnswered = (patterns: string[], waiter: Waiter): (() => void) => {
    const key = patterns.join(' ')
    const group = groups.get(key) ?? { patterns, waiters: new Set(), cancel: null }
    groups.set(key, group)
    group.waiters.add(waiter)
    goOn(key, group)
    return () => {
      group.waiters.delete(waiter)
      goOn(key, group)
    }
  }

  /** Asks in a while where somebody waits, and no more where nobody does. */
  const goOn = (key: string, group: Group) => {
    if (group.waiters.size > 0) {
      group.cancel ??= later(askAgainMs, () => laneOf(group.patterns).later.run(() => askFor(key, group)))
      return
    }
    group.cancel?.()
    if (groups.get(key) === group) groups.delete(key)
  }

  const askFor = async (key: string, group: Group) => {
    // Who comes from now on may have heard of more than what the owner answers: its turn is the next time.
    const waiters = [...group.waiters]
    try {
      if (waiters.length === 0) return
      for (const waiter of waiters) waiter.asked()
      const states = await ask(group.patterns, PATIENCE * ownerMs)
      const { created, lastSequence } = await source.state()
      if (created !== hub.created()) return
      const entries = settled(states, lastSequence)
      for (const waiter of waiters) if (group.waiters.delete(waiter)) waiter.answered(entries, lastSequence)
    } catch (error) {
      log.debug({ err: error }, 'the owner does not answer yet')
    } finally {
      group.cancel = null
      goOn(key, group)
    }
  }

  return {
    now,
    untilAnswered,
    /** How many ask, or wait for it. */
    count: () => groups.size + lanes.values().reduce((sum, lane) => sum + lane.now.count() + lane.later.count(), 0),
  }
}

/** Those who wait for the same; `cancel`: the next time it is asked is set, or it is asked just now. */
type Group = { patterns: string[]; waiters: Set<Waiter>; cancel: (() => void) | null }

const newLane = () => ({ now: turns(ASK_AT_ONCE), later: turns(ASK_LATER_AT_ONCE), quietUntil: 0 })
