import {
  connect,
  type JetStreamClient,
  type JetStreamManager,
  type NatsConnection,
  RetentionPolicy,
  StorageType,
} from 'nats'
import type { Stream } from '../relay.ts'

/** Facts are kept for ever: a new read model is built from them. */
const FACTS = { name: 'FACTS', subjects: ['facts.>'] }

export type Nats = { connection: NatsConnection; jetstream: JetStreamClient; manager: JetStreamManager }

/** Connects, and goes on trying for as long as it takes: a service starts, and serves what it can, without NATS. */
export async function connectNats(url: string, name: string): Promise<Nats> {
  const connection = await connect({
    servers: url.replace(/\/\/.*@/, '//'),
    ...credentials(url),
    name,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
  })
  const manager = await connection.jetstreamManager({ checkAPI: false, timeout: 5_000 })
  return { connection, manager, jetstream: connection.jetstream({ timeout: 5_000 }) }
}

/** nats.js does not read user and password from the URL. */
function credentials(url: string): { user?: string; pass?: string } {
  const { username, password } = new URL(url)
  return username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}
}

/** Makes the stream of facts where it is missing (a new or wiped NATS). */
export async function ensureFacts({ manager }: Nats, stream = FACTS): Promise<void> {
  try {
    await manager.streams.info(stream.name)
  } catch {
    const settings = { storage: StorageType.File, retention: RetentionPolicy.Limits, num_replicas: 1 }
    await manager.streams.add({ ...stream, ...settings })
  }
}

/** The relay's `Stream` on JetStream. */
export function factsStream(nats: Nats, stream = FACTS): Stream {
  return {
    publish: async ({ id, subject, message }) => {
      const { seq } = await nats.jetstream.publish(subject, JSON.stringify(message), { msgID: id })
      return { sequence: seq }
    },
    state: async () => {
      await ensureFacts(nats, stream)
      const { created, state } = await nats.manager.streams.info(stream.name)
      return { created, lastSequence: state.last_seq }
    },
  }
}

/** Whether NATS answers; throws what is missing. */
export async function checkNats(nats: Nats | undefined): Promise<void> {
  if (!nats || nats.connection.isClosed()) throw new Error('NATS is not connected')
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('NATS does not answer')), 2_000).unref()
  })
  await Promise.race([nats.connection.flush(), late])
}
