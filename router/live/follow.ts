import type { Logger } from '../../chassis/log.ts'
import type { Place } from './cursor.ts'
import type { Hub } from './hub.ts'
import { type Reads, type Revisions, readMissed, readOwner, readSnapshot, settled } from './reads.ts'
import type { Turns } from './turns.ts'
import type { LiveEntry, Resume, Subscription, Update } from './types.ts'
import { addBulk, addChange, nothingWaits, snapshots, takeNext, type Waiting } from './waiting.ts'

/** What all subscribers of a process share. */
export type Following = {
  hub: Hub
  source: Reads
  /** Bounds how many read at once. */
  turns: Turns
  log: Logger
  timing?: Timing
}

export type Timing = {
  /** The owner has so long to answer a new subscriber. */
  ownerMs: number
  askAgainMs: number
  retryMs: number
  /** Calls back about so many milliseconds later; returns how to cancel. */
  later(ms: number, then: () => void): () => void
}

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
/** Messages that may come while a subscriber's state is read. */
const BUFFERED = 1_000
/** Entities of which a subscriber's revision is remembered. */
const REMEMBERED = 16_384

export type Follow = {
  patterns: string[]
  /** Where the subscriber's cursor says that it goes on; null: it has none. */
  after: Place | null
  /** Whether the subscriber takes more now; `drained` tells when it does again. */
  isReady(): boolean
  /**
   * Tells the subscriber. One at a time: where it answers a promise, the next comes when that is resolved, and what comes
   * meanwhile waits here, bounded. `created` is the life of the stream in which `update.resume` holds.
   */
  deliver(update: Update, created: string): Promise<void> | undefined
  /** `deliver` failed: the subscription has ended, as going on would miss an update. */
  failed(error: unknown): void
}

/**
 * One subscriber as data: thousands are held, most of them idle.
 * waiting: for the stream, its turn or a retry, and hears nothing; reading: what is heard is buffered; live: it is told
 * what is heard; lost: it is too slow for all that, and hears nothing until it is ready.
 */
type Follower = {
  follow: Follow
  shared: Following
  phase: 'waiting' | 'reading' | 'live' | 'lost' | 'stopped'
  /** What an earlier attempt still brings is thrown away. */
  attempt: number
  /** Where the next attempt begins. */
  after: Place | null
  /** Nothing has been told since the beginning, or the last GAP. */
  isFresh: boolean
  /** The last message that was taken, and what is known of each entity by it. */
  seen: number
  known: Revisions | null
  /** From this sequence on an update can be gone on from; null: not yet. */
  exactFrom: number | null
  /** The resume of what was told last. */
  told: Resume
  buffer: LiveEntry[] | null
  waiting: Waiting | null
  isDelivering: boolean
  cancel: (() => void) | null
  leave: (() => void) | null
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

function stop(self: Follower): void {
  self.phase = 'stopped'
  self.attempt += 1
  self.leave?.()
  self.cancel?.()
  self.leave = self.cancel = self.buffer = self.waiting = self.known = null
}

/** Something was lost: from here on as for a new subscriber. */
function gap(self: Follower): void {
  self.after = self.told = self.exactFrom = self.known = self.waiting = null
  self.isFresh = true
  tell(self, [{ kind: 'GAP', entry: null, resume: null }])
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

/** Tells what was missed since the cursor; false: that can't be done. */
async function catchUp(self: Follower, life: Life, isOver: () => boolean): Promise<boolean> {
  const { after } = self
  if (!after || after.sequence === null) return false
  const isSameLife = after.created === life.created
  const read = isSameLife ? await readMissed(self.shared.source, self.follow.patterns, life, after.sequence) : null
  if (isOver()) return true
  if (!read) {
    gap(self)
    return false
  }
  const buffered = takeBuffer(self)
  self.known = read.known
  self.seen = self.told = after.sequence
  self.exactFrom = 0
  const missed = changes(self, read.missed)
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
  const { entries, known, upTo, within, isComplete } = snapshot
  self.known = known
  self.seen = upTo
  self.exactFrom = isComplete ? within : null
  goLive(self, [...snapshots(entries, isComplete && upTo === within ? upTo : null), ...changes(self, buffered)])
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

function hear(self: Follower, entry: LiveEntry): void {
  if (self.phase === 'reading') {
    // Null once it is full: the attempt will find it so.
    if (self.buffer && self.buffer.push(entry) > BUFFERED) self.buffer = null
    return
  }
  if (self.phase !== 'live') return
  const update = change(self, entry)
  if (!update) return
  if (isIdle(self)) return void send(self, update)
  self.waiting ??= nothingWaits()
  if (!addChange(self.waiting, update)) lose(self)
}

/** Gives up all that waits. */
function lose(self: Follower): void {
  self.phase = 'lost'
  self.attempt += 1
  self.cancel?.()
  self.cancel = self.waiting = self.known = null
}

const changes = (self: Follower, entries: LiveEntry[]) => entries.flatMap((entry) => change(self, entry) ?? [])

/** The update that an entry is; null where it is known already. */
function change(self: Follower, entry: LiveEntry): Update | null {
  const { sequence, entity, revision } = entry
  if (sequence <= self.seen) return null
  self.seen = sequence
  if (revision <= (self.known?.get(entity) ?? -1)) return null
  know(self, entity, revision)
  const isExact = self.exactFrom !== null && sequence >= self.exactFrom
  return { kind: 'CHANGE', entry, resume: isExact ? sequence : null }
}

function know(self: Follower, entity: string, revision: number): void {
  self.known ??= new Map()
  self.known.delete(entity) // The first is the one that has not changed for longest.
  self.known.set(entity, revision)
  if (self.known.size <= REMEMBERED) return
  for (const oldest of self.known.keys()) return void self.known.delete(oldest)
}

const isIdle = (self: Follower) => !self.waiting && !self.isDelivering && self.follow.isReady()

/** Tells these after all that waits. */
function tell(self: Follower, updates: Update[]): void {
  if (updates.length === 0) return
  self.waiting ??= nothingWaits()
  addBulk(self.waiting, updates)
  pump(self)
}

/** Tells what waits, as far as the subscriber takes it. */
function pump(self: Follower): void {
  while (self.waiting && !self.isDelivering && self.follow.isReady()) {
    const isExact = self.exactFrom !== null && self.seen >= self.exactFrom
    const update = takeNext(self.waiting, self.told, isExact ? self.seen : null)
    if (!self.waiting.kept && self.waiting.updates.length === 0) self.waiting = null
    if (update) send(self, update)
  }
  if (self.phase !== 'lost' || !isIdle(self)) return
  self.phase = 'waiting'
  gap(self)
  begin(self)
}

function send(self: Follower, update: Update): void {
  const fail = (error: unknown) => {
    if (self.phase === 'stopped') return
    stop(self)
    self.follow.failed(error)
  }
  self.told = update.resume
  try {
    const delivered = self.follow.deliver(update, self.shared.hub.created() ?? '')
    if (!delivered) return
    self.isDelivering = true
    delivered.then(() => {
      self.isDelivering = false
      pump(self)
    }, fail)
  } catch (error) {
    fail(error)
  }
}
