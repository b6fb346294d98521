import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { Subscription, Update } from '../types.ts'
import type { DeliveryContext } from './context.ts'
import { snapshots } from './pending-updates.ts'
import { namesEntity, readMissed, readSnapshot } from './stream-reads.ts'
import {
  deliverPending,
  enqueue,
  hasBegun,
  receive,
  reset,
  type Subscriber,
  type SubscriberOptions,
  stop,
  toChanges,
} from './subscriber.ts'

/** Delivers updates of the patterns to one subscriber, starting at its cursor or with a snapshot, until it is stopped. */
export function deliverUpdates(context: DeliveryContext, options: SubscriberOptions): Subscription {
  const subscriber: Subscriber = {
    options,
    context,
    phase: 'waiting',
    attempt: 0,
    after: options.after,
    handledUpTo: 0,
    revisions: null,
    isResumable: false,
    buffer: null,
    pending: null,
    isDelivering: false,
    cancelWait: null,
    leaveHub: null,
    start,
  }
  subscriber.leaveHub = context.hub.join(options.patterns, {
    message: (entry) => receive(subscriber, entry),
    restarted: () => {
      // Before its first update a subscriber still goes by its cursor.
      if (hasBegun(subscriber)) reset(subscriber)
      start(subscriber)
    },
  })
  if (context.hub.created() !== null) start(subscriber)
  return { drained: () => deliverPending(subscriber), stop: () => stop(subscriber) }
}

/** Starts delivery, and retries if reading fails. A later call makes this attempt stale. */
function start(subscriber: Subscriber): void {
  if (subscriber.phase === 'stopped') return
  const { log, timing } = subscriber.context
  const attempt = ++subscriber.attempt
  subscriber.cancelWait?.()
  subscriber.cancelWait = subscriber.buffer = null
  subscriber.phase = 'waiting'
  const isStale = () => subscriber.attempt !== attempt
  const work = async () => {
    await null // Nothing is delivered before `deliverUpdates` has returned.
    if (isStale()) return
    if (!(await deliverMissed(subscriber, isStale))) await deliverSnapshot(subscriber, isStale)
  }
  work().catch((error: unknown) => {
    if (isStale()) return
    log.warn({ err: error }, 'a subscriber’s state could not be read and is read again')
    subscriber.phase = 'waiting'
    subscriber.buffer = null
    subscriber.cancelWait = timing.schedule(timing.retryMs, () => start(subscriber))
  })
}

/** The stream's incarnation and the sequence that this process has reached. */
const positionOf = ({ hub }: DeliveryContext) => ({ created: hub.created() ?? '', position: hub.position() })

/** Delivers what was missed since the cursor; false if there is no cursor or that is impossible. */
async function deliverMissed(subscriber: Subscriber, isStale: () => boolean): Promise<boolean> {
  const { after, context } = subscriber
  if (!after) return false
  const { created, sequence } = after
  const failWithGap = () => {
    reset(subscriber)
    return false
  }
  if (sequence === null || created !== context.hub.created()) return failWithGap()
  return context.streamReads.run(async () => {
    if (isStale()) return true
    startBuffering(subscriber)
    const position = positionOf(context)
    const read = await readMissed(context.reader, subscriber.options.patterns, position, sequence)
    if (isStale()) return true
    if (!read) return failWithGap()
    const buffered = takeBuffer(subscriber)
    subscriber.handledUpTo = sequence
    subscriber.isResumable = true
    const missed = toChanges(subscriber, read)
    subscriber.handledUpTo = Math.max(subscriber.handledUpTo, position.position)
    goLive(subscriber, [...missed, ...toChanges(subscriber, buffered)])
    return true
  })
}

/** Delivers a GAP, so that the client drops what is not open any more, and the current state. */
async function deliverSnapshot(subscriber: Subscriber, isStale: () => boolean): Promise<void> {
  const { context } = subscriber
  const { patterns } = subscriber.options
  const position = positionOf(context)
  const states = await context.snapshotRequests.requestOnce(patterns, isStale)
  await context.streamReads.run(async () => {
    if (isStale()) return
    startBuffering(subscriber)
    const { entries, revisions, upTo, isComplete } = await readSnapshot(context.reader, patterns, {
      ...position,
      states,
    })
    if (isStale()) return
    const buffered = takeBuffer(subscriber)
    subscriber.revisions = isComplete ? null : revisions
    subscriber.handledUpTo = upTo
    subscriber.isResumable = isComplete
    const resume = isComplete ? upTo : null
    const gap: Update = { kind: 'GAP', entry: null, resume: entries.length ? null : resume }
    goLive(subscriber, [gap, ...snapshots(entries, resume), ...toChanges(subscriber, buffered)])
    if (!isComplete && !isStale()) awaitSource(subscriber)
  })
}

/** Buffers new messages until the earlier ones have been read. */
function startBuffering(subscriber: Subscriber): void {
  subscriber.phase = 'reading'
  subscriber.buffer = []
}

/** Ends buffering and returns the messages. Throws if there were more than MAX_BUFFERED. */
function takeBuffer(subscriber: Subscriber): LiveEntry[] {
  const { buffer } = subscriber
  if (!buffer) throw new Error('More messages arrived during a read than can be buffered.')
  subscriber.buffer = null
  return buffer
}

/** What reading an update from LIVE takes in ms, with its part of NATS' protocol. */
const MS_PER_READ = 0.02

function goLive(subscriber: Subscriber, updates: Update[]): void {
  subscriber.phase = 'live'
  subscriber.after = null
  const startedAt = performance.now()
  enqueue(subscriber, updates)
  subscriber.options.onWork?.(updates.length * MS_PER_READ + performance.now() - startedAt)
}

/** The feed's source did not answer: entities that LIVE did not have are delivered when it does. */
function awaitSource(subscriber: Subscriber): void {
  const { hub, snapshotRequests } = subscriber.context
  const { patterns } = subscriber.options
  subscriber.cancelWait = snapshotRequests.requestUntilAnswered(patterns, {
    requested: () => {
      // The source's answer omits entities that have closed by now, except one that a pattern names.
      const { revisions } = subscriber
      for (const [entity, { open }] of revisions ?? [])
        if (!open && !namesEntity(patterns, entity)) revisions?.delete(entity)
    },
    answered: (states, sequence) => {
      // All these states were published by `sequence`, so they are compared with what was received up to there.
      subscriber.cancelWait = hub.whenReached(sequence, () => completeSnapshot(subscriber, states))
    },
  })
}

function completeSnapshot(subscriber: Subscriber, states: LiveEntry[]): void {
  const { revisions, context } = subscriber
  const missing = states.filter(({ entity, revision }) => revision > (revisions?.get(entity)?.revision ?? -1))
  subscriber.cancelWait = subscriber.revisions = null
  subscriber.isResumable = true
  subscriber.handledUpTo = Math.max(subscriber.handledUpTo, context.hub.position())
  enqueue(subscriber, snapshots(missing, subscriber.handledUpTo))
}
