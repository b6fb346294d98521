import type { LiveStream } from '../relay.ts'
import { idOf, isNotFound, LIVE, type Nats, type StreamSettings, streamOn } from './connection.ts'
import { renewalSubject } from './keep-streams.ts'

/** How many subjects are remembered whose last message is this process's own. For other subjects it is looked up. */
const MAX_REMEMBERED = 10_000

const RENEWAL_TIMEOUT_MS = 5_000

/**
 * The relay's `LiveStream` on JetStream. A message is not published if the stream has the same or a later revision of its
 * entity: its relay may have published it before it died, and JetStream recognizes duplicates for an hour only. If an owner's
 * database was restored from a backup, its revisions are lower than the published ones, and nothing is published for an entity
 * until it has caught up; so the operator then deletes the stream (chassis/README.md).
 */
export function liveStream(nats: Nats, settings: StreamSettings = LIVE): LiveStream {
  const stream = streamOn(nats, settings)
  const ours = new Set<string>()
  let disconnects = nats.disconnects()

  return {
    ...stream,
    publish: async (message) => {
      const { subject } = message
      if (nats.disconnects() !== disconnects) {
        disconnects = nats.disconnects()
        ours.clear()
      }
      const last = ours.has(subject) ? null : await lastMessage(nats, settings.name, subject)
      if (last && last.revision >= revisionOf(message.message)) return { ...last.stored, isDuplicate: false }
      const published = await stream.publish(message)
      ours.add(subject)
      for (const oldest of ours) if (ours.size > MAX_REMEMBERED) ours.delete(oldest)
      return published
    },
    recreate: async (created) => {
      const request = () =>
        nats.connection.request(renewalSubject(settings.name), created, { timeout: RENEWAL_TIMEOUT_MS })
      await nats.whileConnected(request)
    },
  }
}

async function lastMessage({ manager, whileConnected }: Nats, stream: string, subject: string) {
  try {
    const last = await whileConnected(() => manager.streams.getMessage(stream, { last_by_subj: subject }))
    return { stored: { id: idOf(last), sequence: last.seq }, revision: revisionOf(last.json()) }
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

/** A message's revision; -1 if it is not a live message, so that it never counts as newer. */
function revisionOf(message: unknown): number {
  const revision = typeof message === 'object' && message !== null && 'revision' in message ? message.revision : null
  return typeof revision === 'number' ? revision : -1
}
