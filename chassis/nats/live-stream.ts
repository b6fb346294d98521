import type { Stream } from '../relay.ts'
import { isNotFound, LIVE, type Nats, type StreamSettings, streamOn } from './connection.ts'

/** Subjects of which this process knows that it said the last message; of more, the oldest are looked up again. */
const REMEMBERED = 10_000

/**
 * The relay's `Stream` for what is shown live. A message that was said before its relay died or lost its connection is not
 * said again, however long ago: JetStream itself knows that for an hour only, and subscribers go on by what they were told.
 */
export function liveStream(nats: Nats, settings: StreamSettings = LIVE): Stream {
  const stream = streamOn(nats, settings)
  const ours = new Set<string>()
  let interruptions = nats.interruptions()

  return {
    ...stream,
    publish: async (message) => {
      const { subject } = message
      if (nats.interruptions() !== interruptions) {
        interruptions = nats.interruptions()
        ours.clear()
      }
      const last = ours.has(subject) ? null : await lastOn(nats, settings.name, subject)
      if (last && last.revision >= revisionOf(message.message)) return { sequence: last.sequence }
      const published = await stream.publish(message)
      ours.add(subject)
      for (const oldest of ours) if (ours.size > REMEMBERED) ours.delete(oldest)
      return published
    },
  }
}

async function lastOn({ manager, whileConnected }: Nats, stream: string, subject: string) {
  try {
    const last = await whileConnected(() => manager.streams.getMessage(stream, { last_by_subj: subject }))
    return { sequence: last.seq, revision: revisionOf(last.json()) }
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

/** What is no live message is never newer than one that is. */
function revisionOf(message: unknown): number {
  const revision = typeof message === 'object' && message !== null && 'revision' in message ? message.revision : null
  return typeof revision === 'number' ? revision : -1
}
