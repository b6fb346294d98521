import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { Update } from '../types.ts'
import type { DeliveryContext } from './context.ts'
import type { CursorPosition } from './cursor.ts'
import { addBatch, addChange, noPendingUpdates, type PendingUpdates, takeNext } from './pending-updates.ts'
import { isDeliveredElsewhere, type KnownRevisions } from './stream-reads.ts'

/** Messages that are buffered for a subscriber while its state is read. */
const MAX_BUFFERED = 1_000

export type SubscriberOptions = {
  patterns: string[]
  /** The position in the subscriber's cursor; null without a cursor. */
  after: CursorPosition | null
  /** Whether the subscriber accepts updates now. After false, `drained` is called when it does again. */
  isReady(): boolean
  /**
   * Delivers one update. If it returns a promise, the next update waits until that resolves. `created` identifies the
   * stream incarnation to which `update.resume` belongs.
   */
  deliver(update: Update, created: string): Promise<void> | undefined
  /** Gets what reading and delivering earlier updates took, in ms. Later ones are not caused by the subscriber. */
  onWork?(ms: number): void
  /** Is called when `deliver` fails. The subscription has ended then, because it would miss an update. Must not throw. */
  failed(error: unknown): void
}

/**
 * The state of one subscriber. It is plain data because thousands are held, most of which are idle. Its phases:
 * - waiting: for the stream, the feed's source, a semaphore or a retry; messages are ignored
 * - reading: its state is being read; messages are buffered
 * - live: messages are delivered
 * - overflowed: it was too slow even for the newest state of each entity; messages are ignored until it is ready
 */
export type Subscriber = {
  options: SubscriberOptions
  context: DeliveryContext
  phase: 'waiting' | 'reading' | 'live' | 'overflowed' | 'stopped'
  /** The number of the current attempt; results of earlier ones are discarded. */
  attempt: number
  /** Where the next attempt starts; null: with a snapshot. */
  after: CursorPosition | null
  /** The sequence up to which messages have been handled. */
  handledUpTo: number
  /** Whether all open entities have been delivered or are pending, so that a client can resume after any later update. */
  isResumable: boolean
  /** Until then, the known revision of each entity, so that the source's answer does not deliver it again. */
  revisions: KnownRevisions | null
  buffer: LiveEntry[] | null
  pending: PendingUpdates | null
  isDelivering: boolean
  cancelWait: (() => void) | null
  leaveHub: (() => void) | null
  /** Starts another attempt. */
  start(subscriber: Subscriber): void
}

export function stop(subscriber: Subscriber): void {
  subscriber.phase = 'stopped'
  subscriber.attempt += 1
  subscriber.leaveHub?.()
  subscriber.cancelWait?.()
  subscriber.leaveHub = subscriber.cancelWait = subscriber.buffer = subscriber.pending = subscriber.revisions = null
}

/** Whether updates have been delivered, or are pending, since the start or since the last reset. */
export const hasBegun = ({ phase }: Subscriber): boolean => phase === 'live' || phase === 'overflowed'

/** Discards everything after messages were missed. The next attempt delivers a GAP and a snapshot. */
export function reset(subscriber: Subscriber): void {
  subscriber.phase = 'waiting'
  subscriber.after = subscriber.revisions = subscriber.buffer = subscriber.pending = null
  subscriber.isResumable = false
}

export function receive(subscriber: Subscriber, entry: LiveEntry): void {
  if (subscriber.phase === 'reading') {
    // Null means overflow, at which `takeBuffer` fails the attempt.
    if (subscriber.buffer && subscriber.buffer.push(entry) > MAX_BUFFERED) subscriber.buffer = null
    return
  }
  if (subscriber.phase !== 'live') return
  const update = toChange(subscriber, entry)
  if (!update) return
  if (isIdle(subscriber)) return void deliverNow(subscriber, update)
  subscriber.pending ??= noPendingUpdates()
  if (!addChange(subscriber.pending, update)) overflow(subscriber)
}

/** Discards all pending updates. */
function overflow(subscriber: Subscriber): void {
  subscriber.phase = 'overflowed'
  subscriber.attempt += 1
  subscriber.cancelWait?.()
  subscriber.cancelWait = subscriber.pending = subscriber.revisions = null
}

export const toChanges = (subscriber: Subscriber, entries: LiveEntry[]) =>
  entries.flatMap((entry) => toChange(subscriber, entry) ?? [])

/** Converts an entry to an update; null if the subscriber has it already. */
function toChange(subscriber: Subscriber, entry: LiveEntry): Update | null {
  const { sequence, entity, revision, open } = entry
  if (sequence <= subscriber.handledUpTo) return null
  subscriber.handledUpTo = sequence
  if (isDeliveredElsewhere(subscriber.options.patterns, entry)) return null
  subscriber.revisions?.set(entity, { revision, open })
  return { kind: 'CHANGE', entry, resume: subscriber.isResumable ? sequence : null }
}

const isIdle = (subscriber: Subscriber) =>
  !subscriber.pending && !subscriber.isDelivering && subscriber.options.isReady()

/** Delivers these updates after all pending ones. */
export function enqueue(subscriber: Subscriber, updates: Update[]): void {
  if (updates.length === 0) return
  subscriber.pending ??= noPendingUpdates()
  addBatch(subscriber.pending, updates)
  deliverPending(subscriber)
}

/** Delivers pending updates while the subscriber is ready. */
export function deliverPending(subscriber: Subscriber): void {
  while (subscriber.pending && !subscriber.isDelivering && subscriber.options.isReady()) {
    const update = takeNext(subscriber.pending, subscriber.isResumable ? subscriber.handledUpTo : null)
    if (!subscriber.pending.newest && subscriber.pending.updates.length === 0) subscriber.pending = null
    if (update) deliverNow(subscriber, update)
  }
  if (subscriber.phase !== 'overflowed' || !isIdle(subscriber)) return
  reset(subscriber)
  subscriber.start(subscriber)
}

function deliverNow(subscriber: Subscriber, update: Update): void {
  const fail = (error: unknown) => {
    if (subscriber.phase === 'stopped') return
    stop(subscriber)
    subscriber.options.failed(error)
  }
  try {
    const delivered = subscriber.options.deliver(update, subscriber.context.hub.created() ?? '')
    if (!delivered) return
    subscriber.isDelivering = true
    const continueDelivery = () => {
      subscriber.isDelivering = false
      deliverPending(subscriber)
    }
    delivered.then(continueDelivery).catch(fail)
  } catch (error) {
    fail(error)
  }
}
