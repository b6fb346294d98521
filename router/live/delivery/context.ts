import { detached } from '../../../chassis/detached.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { NatsTls } from '../../../chassis/nats/access.ts'
import { connectNats } from '../../../chassis/nats/connection.ts'
import { liveSource } from '../../../chassis/nats/live-source.ts'
import { createHub, type Hub } from './hub.ts'
import { createSemaphore, type Semaphore } from './semaphore.ts'
import { createSnapshotRequests, type SnapshotRequests, type Timing } from './snapshot-requests.ts'
import type { LiveReader } from './stream-reads.ts'

/** What all subscribers of a process share. */
export type DeliveryContext = {
  hub: Hub
  reader: LiveReader
  /** Limits how many subscribers read LIVE at once, so that thousands that reconnect together do not overload NATS. */
  streamReads: Semaphore
  snapshotRequests: SnapshotRequests
  log: Logger
  timing: Timing
}

const DEFAULT_TIMING: Timing = {
  sourceTimeoutMs: 1_000,
  repeatMs: 2_000,
  retryMs: 500,
  schedule: (ms, then) => {
    // Random, so that thousands of subscribers do not retry at the same moment.
    const timer = setTimeout(then, ms * (0.75 + Math.random() / 2))
    return () => clearTimeout(timer)
  },
}

const MAX_READS = 64

type Options = { hub: Hub; reader: LiveReader; log: Logger; timing?: Timing; maxReads?: number }

/** Creates the context of the subscribers to one hub. `maxReads`: subscribers that read LIVE at once. */
export function createDeliveryContext({ maxReads = MAX_READS, ...options }: Options): DeliveryContext {
  const { log } = options
  const { schedule, ...rest } = options.timing ?? DEFAULT_TIMING
  const timing: Timing = {
    ...rest,
    schedule: (ms, then) => schedule(ms, () => detached(then, { log, what: 'a subscriber failed' })),
  }
  return {
    ...options,
    timing,
    streamReads: createSemaphore(maxReads),
    snapshotRequests: createSnapshotRequests({ ...options, timing }),
  }
}

/**
 * Follows the stream LIVE for all subscribers of this process. Does not wait for NATS: until NATS is reachable, the
 * subscribers wait.
 */
export function openDelivery(
  natsUrl: string,
  log: Logger,
  tls?: NatsTls,
): { context: DeliveryContext; close(): Promise<void> } {
  const hub = createHub(log)
  let isConnected = false
  const connected = connectNats(natsUrl, 'router', tls).then((nats) => {
    isConnected = true
    const source = liveSource(nats, log)
    return { nats, source, following: source.follow(hub.follower) }
  })
  // Without this a failure would be an unhandled rejection while there are no subscribers.
  detached(() => connected, { log, what: 'NATS can never be joined: there are no live updates' })
  const reader: LiveReader = {
    state: async () => (await connected).source.state(),
    latest: async (...read) => (await connected).source.latest(...read),
    since: async (...read) => (await connected).source.since(...read),
    ask: async (...read) => (await connected).source.ask(...read),
  }
  const disconnect = async () => {
    const { nats, following } = await connected
    await following.stop()
    await nats.end()
  }
  return {
    context: createDeliveryContext({ hub, reader, log }),
    close: async () => {
      // If NATS was never reachable this could take for ever, so it is not awaited.
      if (isConnected) await disconnect()
      else detached(disconnect, { log, what: 'NATS could not be left' })
    },
  }
}
