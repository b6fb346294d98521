import { isDeepStrictEqual } from 'node:util'
import {
  connect,
  DiscardPolicy,
  Events,
  type JetStreamClient,
  type JetStreamManager,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StoredMsg,
  type StreamConfig,
  type StreamInfo,
} from 'nats'
import { detached } from '../detached.ts'
import { createLogger } from '../log.ts'
import type { FactsStream, Limits } from '../relay.ts'

/** The name of a JetStream stream, what it takes up, and what else of it is not as JetStream would have it. */
export type StreamSettings = { name: string; subjects: string[] } & Partial<
  Pick<StreamConfig, 'max_age' | 'max_bytes' | 'duplicate_window' | 'allow_direct'>
>

/** Facts are kept for ever: a new read model is built from them. */
export const FACTS: StreamSettings = { name: 'FACTS', subjects: ['facts.>'] }

/**
 * What subscribers are shown (chassis/live.ts), kept for those who come back within a day. Bounded by age and bytes only:
 * then what is gone is gone from the front, and the stream's first sequence tells so; a number for each subject would
 * take messages from the middle, which no sequence tells.
 */
export const LIVE: StreamSettings = {
  name: 'LIVE',
  subjects: ['live.>'],
  max_age: nanos(24 * 60 * 60 * 1_000),
  max_bytes: 512 * 1024 * 1024,
  // What a relay could not take off its outbox is published again when it is back: known as the same for so long.
  duplicate_window: nanos(60 * 60 * 1_000),
  allow_direct: true,
}

export type Nats = {
  connection: NatsConnection
  jetstream: JetStreamClient
  manager: JetStreamManager
  /** How often the connection was lost. */
  interruptions(): number
  /** Makes a request that fails as soon as the connection is lost, not only at its deadline. */
  whileConnected<Answer>(request: () => Promise<Answer>): Promise<Answer>
  /** Sends what is still to be sent, and closes; never rejects. */
  end(): Promise<void>
}

/** Connects, and goes on trying for as long as it takes: a service starts, and serves what it can, without NATS. */
export async function connectNats(url: string, name: string): Promise<Nats> {
  const connection = await connect({
    servers: url.replace(/\/\/.*@/, '//'),
    ...credentials(url),
    name,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
  })
  const manager = await connection.jetstreamManager({ checkAPI: false, timeout: 5_000 })
  const watched = watch(connection, name)
  const end = async () => {
    // Not drain(): while NATS is away it leaves timers behind that go on for a minute.
    await watched.whileConnected(() => connection.flush()).catch(() => {})
    await connection.close()
  }
  return { connection, manager, jetstream: connection.jetstream({ timeout: 5_000 }), ...watched, end }
}

/** nats.js lets a request that a lost connection can't answer wait for its deadline. */
function watch(connection: NatsConnection, name: string): Pick<Nats, 'interruptions' | 'whileConnected'> {
  let interruptions = 0
  let isConnected = true
  const waiting = new Set<(error: Error) => void>()
  const lost = () => new Error('The connection to NATS is lost.')
  const follow = async () => {
    for await (const { type } of connection.status()) {
      if (type === Events.Reconnect) isConnected = true
      if (type !== Events.Disconnect) continue
      isConnected = false
      interruptions += 1
      for (const fail of waiting) fail(lost())
    }
  }
  // Who does not hear of losses would not look for what they cost: better no connection.
  const what = 'the connection to NATS is watched no longer: it is closed'
  detached(follow, { log: createLogger(name), what, end: () => connection.close() })
  return {
    interruptions: () => interruptions,
    whileConnected: async (request) => {
      if (!isConnected) throw lost()
      const { promise: interrupted, reject } = Promise.withResolvers<never>()
      waiting.add(reject)
      // A request that throws at once must not leave its `interrupted` behind, to be rejected where nobody hears it.
      return Promise.race([Promise.try(request), interrupted]).finally(() => waiting.delete(reject))
    },
  }
}

/** nats.js does not read user and password from the URL. */
function credentials(url: string): { user?: string; pass?: string } {
  const { username, password } = new URL(url)
  return username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}
}

/**
 * The stream as it is; made where it is missing (a new or wiped NATS), and changed where its settings are others. Throws
 * where an operator has given replicas to one that is read by direct gets: any replica answers these, also one that is
 * behind, and what it does not have yet would be missed in silence.
 */
export async function ensureStream({ manager }: Nats, stream: StreamSettings): Promise<StreamInfo> {
  try {
    const found = await manager.streams.info(stream.name)
    const { name, ...settings } = stream
    const { num_replicas: replicas } = found.config
    if (stream.allow_direct && replicas > 1)
      throw new Error(`The stream ${name} has ${replicas} replicas, but is read in a way that needs exactly 1.`)
    return isDeepStrictEqual({ ...found.config, ...settings }, found.config)
      ? found
      : await manager.streams.update(name, settings)
  } catch (error) {
    if (!isNotFound(error)) throw error
    const settings = { storage: StorageType.File, retention: RetentionPolicy.Limits, num_replicas: 1 }
    return manager.streams.add({ ...stream, ...settings })
  }
}

/** Whether JetStream says that a stream, consumer or message is not there. */
export const isNotFound = (error: unknown) => error instanceof NatsError && error.api_error?.code === 404

/** The id that a message was published with; '' without one. */
export const idOf = ({ header }: StoredMsg): string => header?.get('Nats-Msg-Id') ?? ''

/**
 * The limits that a stream has, but was not made with: an operator has set them, and they are left as they are. A stream
 * that keeps what interests its consumers removes what they all have acknowledged.
 */
export function limitsOf(config: StreamConfig, made: StreamSettings): Limits {
  const { max_age, max_msgs, max_bytes, max_msgs_per_subject, discard, discard_new_per_subject, retention } = config
  const isSet = ([name, value]: [string, number]) => value > 0 && !(name in made)
  const limits = (values: { [name: string]: number }) =>
    Object.entries(values)
      .filter(isSet)
      .map(([name, value]) => `${name} ${value}`)
  const always = [...limits({ max_age }), ...(retention === RetentionPolicy.Limits ? [] : [`retention ${retention}`])]
  const ofAll = limits({ max_msgs, max_bytes })
  const ofSubject = limits({ max_msgs_per_subject })
  if (discard !== DiscardPolicy.New) return { removing: [...always, ...ofAll, ...ofSubject], refusing: [] }
  return discard_new_per_subject
    ? { removing: always, refusing: [...ofAll, ...ofSubject] }
    : { removing: [...always, ...ofSubject], refusing: ofAll }
}

/** The relay's side of a stream, on JetStream. */
export function streamOn(nats: Nats, stream: StreamSettings): FactsStream {
  const { jetstream, manager, whileConnected } = nats
  return {
    interruptions: nats.interruptions,
    publish: async ({ id, subject, message }) => {
      const body = JSON.stringify(message)
      const { seq, duplicate } = await whileConnected(() => jetstream.publish(subject, body, { msgID: id }))
      return { id, sequence: seq, isDuplicate: duplicate }
    },
    state: async () => {
      const { created, config, state } = await whileConnected(() => ensureStream(nats, stream))
      const { first_seq: firstSequence, last_seq: lastSequence, num_deleted: removed = 0 } = state
      return { created, firstSequence, lastSequence, removed, limits: limitsOf(config, stream) }
    },
    holes: async () => {
      const { state } = await whileConnected(() => manager.streams.info(stream.name, { deleted_details: true }))
      return state.deleted ?? []
    },
    idAt: async (sequence) => {
      if (sequence === 0) return null // No message has it, and to NATS it means none is named.
      try {
        const query = { seq: sequence }
        return idOf(await whileConnected(() => manager.streams.getMessage(stream.name, query)))
      } catch (error) {
        if (isNotFound(error)) return null
        throw error
      }
    },
  }
}

/** Whether NATS answers; throws what is missing, in words for anyone. */
export async function checkNats(nats: Nats | undefined): Promise<void> {
  if (!nats) throw new Error('is not connected')
  await nats.whileConnected(() => nats.connection.flush())
}
