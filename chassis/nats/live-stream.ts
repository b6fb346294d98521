import { randomUUID } from 'node:crypto'
import { AckPolicy, nanos } from 'nats'
import type { LiveStream } from '../relay.ts'
import { ensureStream, idOf, isNotFound, LIVE, type Nats, type StreamSettings, streamOn } from './connection.ts'

/** Subjects of which this process knows that it said the last message; of more, the oldest are looked up again. */
const REMEMBERED = 10_000

const TIMING = {
  /** Whoever makes the stream anew and dies meanwhile keeps others from it for so long. */
  renewingMs: 10_000,
}

/**
 * The relay's `LiveStream` on JetStream. A message that was said before its relay died or lost its connection is not said
 * again, however long ago: JetStream itself knows that for an hour only, and subscribers go on by what they were told.
 * They go on by revisions too: where an owner's database was restored from a backup, its revisions are lower than those
 * told, and nothing is shown of an entity until it has caught up. Then the operator deletes the stream (chassis/README).
 */
export function liveStream(nats: Nats, settings: StreamSettings = LIVE, timing = TIMING): LiveStream {
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
      if (last && last.revision >= revisionOf(message.message)) return { ...last.kept, isDuplicate: false }
      const published = await stream.publish(message)
      ours.add(subject)
      for (const oldest of ours) if (ours.size > REMEMBERED) ours.delete(oldest)
      return published
    },
    renew: (created) => renew(nats, settings, created, timing.renewingMs),
  }
}

/**
 * The relays of all contexts may find the same loss at once, and one that is late must not delete what another has made
 * anew. Nothing deletes "the stream if it is still this one", so there is a lock, and it is in the stream: a consumer of
 * this name is made once, and ends with the stream, or `forMs` after its maker.
 */
async function renew(nats: Nats, settings: StreamSettings, created: string, forMs: number): Promise<void> {
  const { manager, whileConnected } = nats
  const lock = {
    name: 'renewing',
    description: randomUUID(), // An equal one would be taken for the same.
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(forMs),
    mem_storage: true,
  }
  await whileConnected(() => manager.consumers.add(settings.name, lock))
  const now = await whileConnected(() => manager.streams.info(settings.name))
  if (now.created === created) await whileConnected(() => manager.streams.delete(settings.name))
  await whileConnected(() => ensureStream(nats, settings))
}

async function lastOn({ manager, whileConnected }: Nats, stream: string, subject: string) {
  try {
    const last = await whileConnected(() => manager.streams.getMessage(stream, { last_by_subj: subject }))
    return { kept: { id: idOf(last), sequence: last.seq }, revision: revisionOf(last.json()) }
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
