import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { Subscription, Update } from '../types.ts'
import type { Following } from './context.ts'
import { snapshots } from './pending-updates.ts'
import { isNamed, readMissed, readSnapshot } from './stream-reads.ts'
import { changes, type Follow, type Follower, gap, hear, pump, stop, tell } from './subscriber.ts'

export type { Following } from './context.ts'

/** Follows the patterns for one subscriber, from its cursor or a snapshot on (design: "Live"), until stopped. */
export function follow(shared: Following, wanted: Follow): Subscription {
  const self: Follower = {
    follow: wanted,
    shared,
    phase: 'waiting',
    attempt: 0,
    after: wanted.after,
    isFresh: true,
    owesGap: false,
    seen: 0,
    known: null,
    isExact: false,
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

/** Reads where the subscriber stands; again, where that fails. */
function begin(self: Follower): void {
  if (self.phase === 'stopped') return
  const { log, timing } = self.shared
  const attempt = ++self.attempt
  self.cancel?.()
  self.cancel = self.buffer = null
  self.phase = 'waiting'
  const isOver = () => self.attempt !== attempt
  const work = async () => {
    await null // Nobody is told before `follow` has answered.
    if (isOver()) return
    if (!(await catchUp(self, isOver))) await showAll(self, isOver)
  }
  work().catch((error: unknown) => {
    if (isOver()) return
    log.warn({ err: error }, 'a subscriber’s state could not be read; it is tried again')
    self.phase = 'waiting'
    self.buffer = null
    self.cancel = timing.later(timing.retryMs, () => begin(self))
  })
}

/** Where this process has come to. */
const placeOf = ({ hub }: Following) => ({ created: hub.created() ?? '', position: hub.position() })

/** Tells what was missed since the cursor; false: there is none, or that can't be told. */
async function catchUp(self: Follower, isOver: () => boolean): Promise<boolean> {
  const { after, shared } = self
  if (!after) return false
  const { created, sequence } = after
  const giveUp = () => {
    gap(self)
    return false
  }
  if (sequence === null || created !== shared.hub.created()) return giveUp()
  return shared.turns.run(async () => {
    if (isOver()) return true
    listen(self)
    const place = placeOf(shared)
    const read = await readMissed(shared.source, self.follow.patterns, place, sequence)
    if (isOver()) return true
    if (!read) return giveUp()
    const buffered = takeBuffer(self)
    self.seen = self.told = sequence
    self.isExact = true
    const missed = changes(self, read)
    self.seen = Math.max(self.seen, place.position)
    goLive(self, [...missed, ...changes(self, buffered)])
    return true
  })
}

/** Tells how all stands. */
async function showAll(self: Follower, isOver: () => boolean): Promise<void> {
  const { shared } = self
  const { patterns } = self.follow
  const place = placeOf(shared)
  const states = await shared.asking.now(patterns, isOver)
  await shared.turns.run(async () => {
    if (isOver()) return
    listen(self)
    const { entries, known, upTo, isComplete } = await readSnapshot(shared.source, patterns, { ...place, states })
    if (isOver()) return
    const buffered = takeBuffer(self)
    self.known = isComplete ? null : known
    self.seen = upTo
    self.isExact = isComplete
    const resume = isComplete ? upTo : null
    const gaps: Update[] = self.owesGap ? [{ kind: 'GAP', entry: null, resume: entries.length ? null : resume }] : []
    goLive(self, [...gaps, ...snapshots(entries, resume), ...changes(self, buffered)])
    if (!isComplete && !isOver()) showRest(self)
  })
}

/** From now on what is heard is kept, until it is known what was said before. */
function listen(self: Follower): void {
  self.phase = 'reading'
  self.buffer = []
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
  self.isFresh = self.owesGap = false
  tell(self, updates)
}

/** The owner did not answer: what LIVE did not have is told when it does. */
function showRest(self: Follower): void {
  const { hub, asking } = self.shared
  const { patterns } = self.follow
  self.cancel = asking.untilAnswered(patterns, {
    asked: () => {
      // By now the owner knows what has closed, and does not show it (but where it is asked for by its name).
      const { known } = self
      for (const [entity, { open }] of known ?? []) if (!open && !isNamed(patterns, entity)) known?.delete(entity)
    },
    answered: (states, sequence) => {
      // Then all that the owner showed has been heard, if it was said and not in flight.
      self.cancel = hub.reached(sequence, () => complete(self, states))
    },
  })
}

function complete(self: Follower, states: LiveEntry[]): void {
  const { known, shared } = self
  const missing = states.filter(({ entity, revision }) => revision > (known?.get(entity)?.revision ?? -1))
  self.cancel = self.known = null
  self.isExact = true
  self.seen = Math.max(self.seen, shared.hub.position())
  tell(self, snapshots(missing, self.seen))
}
