import type { Logger } from '../../../chassis/log.ts'
import { type LiveEntry, readEntry } from '../../../chassis/nats/live-entry.ts'
import { liveListener } from '../../../chassis/nats/live-source.ts'
import { createDeliveryContext, type openDelivery } from '../../../router/live/delivery/context.ts'
import { createHub, matches } from '../../../router/live/delivery/hub.ts'
import type { LiveReader } from '../../../router/live/delivery/stream-reads.ts'

const CREATED = '2026-01-01T00:00:00Z'
/** The number of messages that the stream keeps. */
const MAX_KEPT = 200

/** The stream LIVE in memory, without NATS. `publish` publishes any text. */
export function liveFeed() {
  let receive: ((subject: string, text: string) => void) | null = null
  let kept: LiveEntry[] = []
  let sequence = 0

  const open: typeof openDelivery = (_, log: Logger) => {
    const hub = createHub(log)
    const listener = liveListener(hub.follower, 'LIVE', log)
    listener.began({ created: CREATED, sequence })
    receive = (subject, text) => {
      const message = { subject, string: () => text }
      sequence += 1
      const entry = readEntry(subject, sequence, message)
      if (entry) kept = [...kept.slice(-MAX_KEPT), entry]
      listener.message(message, sequence)
    }
    const reader: LiveReader = {
      state: async () => ({ created: CREATED, firstSequence: 1, lastSequence: sequence }),
      latest: async (patterns, upTo) => {
        const newest = kept.filter(
          (entry) => entry.sequence <= upTo && patterns.some((pattern) => matches(pattern, entry.subject)),
        )
        return [...new Map(newest.map((entry) => [entry.subject, entry])).values()]
      },
      since: async (pattern, from, upTo) =>
        kept.filter((entry) => entry.sequence >= from && entry.sequence <= upTo && matches(pattern, entry.subject)),
      ask: async () => ({ states: [], next: null }),
    }
    return { context: createDeliveryContext({ hub, reader, log }), close: async () => {} }
  }
  return { open, publish: (subject: string, text: string) => receive?.(subject, text) }
}
