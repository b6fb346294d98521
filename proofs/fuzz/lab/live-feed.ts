import type { Logger } from '../../../chassis/log.ts'
import { type LiveEntry, readEntry } from '../../../chassis/nats/live-entry.ts'
import { liveListener } from '../../../chassis/nats/live-source.ts'
import { createDeliveryContext, type openDelivery } from '../../../router/live/delivery/context.ts'
import { createHub, matches } from '../../../router/live/delivery/hub.ts'
import type { LiveReader } from '../../../router/live/delivery/stream-reads.ts'

const CREATED = '2026-01-01T00:00:00Z'
/** Kept messages: what LIVE keeps a day of. */
const KEPT = 200

/** The stream LIVE in memory, as a router hears and reads it, without NATS. `say` puts a message on it, whatever is in it. */
export function liveFeed() {
  let heard: ((subject: string, text: string) => void) | null = null
  let kept: LiveEntry[] = []
  let sequence = 0

  const open: typeof openDelivery = (_, log: Logger) => {
    const hub = createHub(log)
    const hearer = liveListener(hub.follower, 'LIVE', log)
    hearer.began({ created: CREATED, sequence })
    heard = (subject, text) => {
      const message = { subject, string: () => text }
      sequence += 1
      const entry = readEntry(subject, sequence, message)
      if (entry) kept = [...kept.slice(-KEPT), entry]
      hearer.message(message, sequence)
    }
    const reader: LiveReader = {
      state: async () => ({ created: CREATED, firstSequence: 1, lastSequence: sequence }),
      latest: async (patterns, upTo) => {
        const newest = kept.filter(
          (entry) => entry.sequence <= upTo && patterns.some((one) => matches(one, entry.subject)),
        )
        return [...new Map(newest.map((entry) => [entry.subject, entry])).values()]
      },
      since: async (pattern, from, upTo) =>
        kept.filter((entry) => entry.sequence >= from && entry.sequence <= upTo && matches(pattern, entry.subject)),
      ask: async () => ({ states: [], next: null }),
    }
    return { context: createDeliveryContext({ hub, reader, log }), close: async () => {} }
  }
  return { open, say: (subject: string, text: string) => heard?.(subject, text) }
}
