import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { Resume, Update } from '../types.ts'
import type { Following } from './context.ts'
import type { Place } from './cursor.ts'
import { addBulk, addChange, nothingWaits, takeNext, type Waiting } from './pending-updates.ts'
import { isToldElsewhere, type Revisions } from './stream-reads.ts'

/** Messages that may come while a subscriber's state is read. */
const BUFFERED = 1_000

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
  /** `deliver` failed: the subscription has ended, as going on would miss an update. Never throws. */
  failed(error: unknown): void
}

/**
 * One subscriber as data: thousands are held, most of them idle.
 * waiting: for the stream, the owner, its turn or a retry, and hears nothing; reading: what is heard is buffered; live: it is told
 * what is heard; lost: it is too slow for all that, and hears nothing until it is ready.
 */
export type Follower = {
  follow: Follow
  shared: Following
  phase: 'waiting' | 'reading' | 'live' | 'lost' | 'stopped'
  /** What an earlier attempt still brings is thrown away. */
  attempt: number
  /** Where the next attempt begins. */
  after: Place | null
  /** Nothing has been told since the beginning, or since something was lost, of which it is still to be told. */
  isFresh: boolean
  owesGap: boolean
  /** The last message that was taken. */
  seen: number
  /** All that is open has been told, or is about to be: what comes now can be gone on from. */
  isExact: boolean
  /** Until then: what is known of each entity, so that the owner's answer does not tell it again. */
  known: Revisions | null
  /** The resume of what was told last. */
  told: Resume
  buffer: LiveEntry[] | null
  waiting: Waiting | null
  isDelivering: boolean
  cancel: (() => void) | null
  leave: (() => void) | null
  /** Reads where it stands, and goes on from there. */
  begin(self: Follower): void
}

export function stop(self: Follower): void {
  self.phase = 'stopped'
  self.attempt += 1
  self.leave?.()
  self.cancel?.()
  self.leave = self.cancel = self.buffer = self.waiting = self.known = null
}

/** Something was lost: it is told so with how all stands, from here on as for a new subscriber. */
export function gap(self: Follower): void {
  self.phase = 'waiting'
  self.after = self.told = self.known = self.buffer = self.waiting = null
  self.isExact = false
  self.isFresh = self.owesGap = true
}

export function hear(self: Follower, entry: LiveEntry): void {
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

export const changes = (self: Follower, entries: LiveEntry[]) => entries.flatMap((entry) => change(self, entry) ?? [])

/** The update that an entry is; null where it is known already. */
function change(self: Follower, entry: LiveEntry): Update | null {
  const { sequence, entity, revision, open } = entry
  if (sequence <= self.seen) return null
  self.seen = sequence
  if (isToldElsewhere(self.follow.patterns, entry)) return null
  self.known?.set(entity, { revision, open })
  return { kind: 'CHANGE', entry, resume: self.isExact ? sequence : null }
}

const isIdle = (self: Follower) => !self.waiting && !self.isDelivering && self.follow.isReady()

/** Tells these after all that waits. */
export function tell(self: Follower, updates: Update[]): void {
  if (updates.length === 0) return
  self.waiting ??= nothingWaits()
  addBulk(self.waiting, updates)
  pump(self)
}

/** Tells what waits, as far as the subscriber takes it. */
export function pump(self: Follower): void {
  while (self.waiting && !self.isDelivering && self.follow.isReady()) {
    const update = takeNext(self.waiting, self.told, self.isExact ? self.seen : null)
    if (!self.waiting.kept && self.waiting.updates.length === 0) self.waiting = null
    if (update) send(self, update)
  }
  if (self.phase !== 'lost' || !isIdle(self)) return
  gap(self)
  self.begin(self)
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
    const goOn = () => {
      self.isDelivering = false
      pump(self)
    }
    delivered.then(goOn).catch(fail)
  } catch (error) {
    fail(error)
  }
}
