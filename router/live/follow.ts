import {
  changes,
  type Follow,
  type Follower,
  type Following,
  gap,
  hear,
  know,
  pump,
  stop,
  type Timing,
  tell,
} from './follower.ts'
import { readMissed, readOwner, readSnapshot, settled } from './reads.ts'
import type { LiveEntry, Subscription, Update } from './types.ts'
import { snapshots } from './waiting.ts'

export type { Follow, Following } from './follower.ts'

const TIMING: Timing = {
  ownerMs: 1_000,
  askAgainMs: 2_000,
  retryMs: 500,
  later: (ms, then) => {
    // Thousands must not all come at the same moment.
    const timer = setTimeout(then, ms * (0.75 + Math.random() / 2))
    return () => clearTimeout(timer)
  },
}

/** Follows the patterns for one subscriber, from its cursor or a snapshot on (design: "Live"), until stopped. */
export function follow(shared: Following, wanted: Follow): Subscription {
  const self: Follower = {
    follow: wanted,
    shared,
    phase: 'waiting',
    attempt: 0,
    after: wanted.after,
    isFresh: true,
    seen: 0,
    known: null,
    exactFrom: null,
    told: null,
    buffer: null,
    waiting: null,
    isDelivering: false,
    cancel: null,
    leave: null,
    begin,
  }
  self.leave = shared.hub.join(wanted.patterns, {
    message: (entry) => hear(self, entry),
    began: () => {
      if (!self.isFresh) gap(self)
      begin(self)
    },
  })
  if (shared.hub.created() !== null) begin(self)
  return { drained: () => pump(self), stop: () => stop(self) }
}

/** Reads where the subscriber stands, when it is its turn; again, where that fails. */
function begin(self: Follower): void {
  if (self.phase === 'stopped') return
  const { turns, hub, log, timing = TIMING } = self.shared
  const attempt = ++self.attempt
  self.cancel?.()
  self.cancel = self.buffer = null
  self.phase = 'waiting'
  const isOver = () => self.attempt !== attempt
  const work = async () => {
    if (isOver()) return
    try {
      self.phase = 'reading'
      self.buffer = []
      const life = { created: hub.created() ?? '', position: hub.position() }
      if (!(await catchUp(self, life, isOver))) await showAll(self, life, isOver)
    } catch (error) {
      if (isOver()) return
      log.warn({ err: error }, 'a subscriber’s state could not be read; it is tried again')
      self.phase = 'waiting'
      self.buffer = null
      self.cancel = timing.later(timing.retryMs, () => begin(self))
    }
  }
  void turns.run(work)
}

type Life = { created: string; position: number }

/** Tells what was missed since the cursor; false: there is none, or (after a GAP) that can't be told. */
async function catchUp(self: Follower, life: Life, isOver: () => boolean): Promise<boolean> {
  const { after } = self
  if (!after) return false
  const { created, sequence } = after
  const { source } = self.shared
  const canBeTold = sequence !== null && created === life.created
  const read = canBeTold ? await readMissed(source, self.follow.patterns, life, sequence) : null
  if (isOver()) return true
  if (sequence === null || !read) {
    gap(self)
    return false
  }
  const buffered = takeBuffer(self)
  self.seen = self.told = sequence
  self.exactFrom = 0
  const missed = changes(self, read)
  self.seen = Math.max(self.seen, life.position)
  goLive(self, [...missed, ...changes(self, buffered)])
  return true
}

/** Tells how all stands. */
async function showAll(self: Follower, life: Life, isOver: () => boolean): Promise<void> {
  const { source, timing = TIMING } = self.shared
  const snapshot = await readSnapshot(source, self.follow.patterns, life, timing.ownerMs)
  if (isOver()) return
  const buffered = takeBuffer(self)
  const { entries, known, upTo, isComplete } = snapshot
  self.known = known.size ? known : null
  self.seen = upTo
  self.exactFrom = isComplete ? upTo : null
  goLive(self, [...snapshots(entries, isComplete ? upTo : null), ...changes(self, buffered)])
  if (!isComplete) askLater(self)
}

/** What was heard while it was read. */
function takeBuffer(self: Follower): LiveEntry[] {
  const { buffer } = self
  if (!buffer) throw new Error('More came than could be kept meanwhile.')
  self.buffer = null
  return buffer
}

function goLive(self: Follower, updates: Update[]): void {
  self.phase = 'live'
  self.after = null
  self.isFresh = false
  tell(self, updates)
}

/** The owner did not answer: what LIVE did not have is told when it does. */
function askLater(self: Follower): void {
  const { source, turns, hub, log, timing = TIMING } = self.shared
  const { attempt } = self
  const isOver = () => self.attempt !== attempt
  const work = async () => {
    if (isOver()) return
    try {
      const states = await readOwner(source, self.follow.patterns, 5 * timing.ownerMs)
      const { created, lastSequence } = await source.state()
      if (isOver()) return
      if (created !== hub.created()) return askLater(self)
      // Then all that the owner showed has been heard, if it was said and not in flight.
      self.cancel = hub.reached(lastSequence, () => complete(self, settled(states, lastSequence)))
    } catch (error) {
      if (isOver()) return
      log.debug({ err: error }, 'the owner does not answer yet')
      askLater(self)
    }
  }
  self.cancel = timing.later(timing.askAgainMs, () => void turns.run(work))
}

function complete(self: Follower, states: LiveEntry[]): void {
  self.cancel = null
  const position = self.shared.hub.position()
  const missing = states.filter(({ entity, revision }) => revision > (self.known?.get(entity) ?? -1))
  for (const { entity, revision } of missing) know(self, entity, revision)
  self.seen = Math.max(self.seen, position)
  self.exactFrom = 0
  tell(self, snapshots(missing, self.seen))
}
