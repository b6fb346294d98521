import { setTimeout as delay } from 'node:timers/promises'
import {
  type ConnectionOptions,
  connect,
  createInbox,
  DiscardPolicy,
  ErrorCode,
  Events,
  type JetStreamClient,
  type JetStreamManager,
  type Msg,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  type StoredMsg,
  type StreamConfig,
  type StreamInfo,
} from 'nats'
import { detached } from '../detached.ts'
import { createLogger } from '../log.ts'
import type { FactsStream, Limits } from '../relay.ts'
import { connectionOptions, inboxPrefix, type NatsTls, whyNotJoined } from './access.ts'
import { askAgain } from './ask-again.ts'

/** A JetStream stream's name, its subjects, and its settings that differ from JetStream's defaults. */
export type StreamSettings = { name: string; subjects: string[] } & Partial<
  Pick<
    StreamConfig,
    | 'max_age'
    | 'max_bytes'
    | 'discard'
    | 'duplicate_window'
    | 'allow_direct'
    | 'deny_delete'
    | 'deny_purge'
    | 'num_replicas'
  >
> & {
    /** The form of its messages. A stream with messages of another form is created anew. */
    description?: string
  }

/**
 * Facts are kept for ever, so that a new read model can be built from them. A stream that is full, by a limit or for want of
 * disk space, refuses further ones; it removes none to make room. Nobody can delete or purge facts, not even an administrator.
 */
export const FACTS: StreamSettings = {
  name: 'FACTS',
  subjects: ['facts.>'],
  discard: DiscardPolicy.New,
  deny_delete: true,
  deny_purge: true,
}

/** FACTS with a limit of its size and a number of replicas; without these an operator's own are left as they are. */
export const factsWithin = (maxBytes?: number, replicas?: number): StreamSettings => ({
  ...FACTS,
  ...(maxBytes !== undefined && { max_bytes: maxBytes }),
  ...(replicas !== undefined && { num_replicas: replicas }),
})

/**
 * The states that subscribers get (chassis/live.ts), kept for a day so that they can resume. Limited by age and bytes only,
 * which remove the oldest messages, so that the stream's first sequence shows what is gone. A limit per subject would remove
 * messages in the middle, which no sequence shows.
 */
export const LIVE: StreamSettings = {
  name: 'LIVE',
  description: 'states with global ids',
  subjects: ['live.>'],
  max_age: nanos(24 * 60 * 60 * 1_000),
  max_bytes: 512 * 1024 * 1024,
  // A relay that could not mark its messages as published publishes them again: within an hour these are duplicates.
  duplicate_window: nanos(60 * 60 * 1_000),
  allow_direct: true,
}

export type Nats = {
  connection: NatsConnection
  jetstream: JetStreamClient
  manager: JetStreamManager
  /** A new subject for answers, to which only this program may subscribe. */
  createInbox(): string
  /** How often the connection was lost. */
  disconnects(): number
  /** Makes a request; rejects as soon as the connection is lost, not only at the request's deadline. */
  whileConnected<Answer>(request: () => Promise<Answer>): Promise<Answer>
  /** Flushes pending messages, and closes the connection; never rejects. */
  end(): Promise<void>
}

/**
 * Whether a message's answer goes to an inbox, or back to another account (`_R_`, which no client may choose). The requester
 * chooses where: on a subject of the JetStream API, the answer would be a request of ours.
 */
export const isAnswerable = ({ reply }: Msg): boolean => /^(_INBOX|_R_)\./.test(reply ?? '')

/** Answers a request, if its answer goes to the requester. */
export function respond(message: Msg, body = ''): void {
  if (isAnswerable(message)) message.respond(body)
}

/**
 * Connects a program to NATS, and retries for ever: a service starts without NATS and serves what it can. Logs why it can't, once for
 * each reason.
 */
export async function connectNats(url: string, name: string, tls: NatsTls = {}): Promise<Nats> {
  const connection = await joinServers({
    ...connectionOptions(url, name, tls),
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
  })
  const manager = await connection.jetstreamManager({ checkAPI: false, timeout: 5_000 })
  const watched = watchConnection(connection, name)
  const end = async () => {
    // Not drain(): while NATS is away it leaves timers behind that run for a minute.
    await watched.whileConnected(() => connection.flush()).catch(() => {})
    await connection.close()
  }
  const jetstream = connection.jetstream({ timeout: 5_000 })
  return { connection, manager, jetstream, createInbox: () => createInbox(inboxPrefix(name)), ...watched, end }
}

/** Not by `waitOnFirstConnect` of nats.js, which does not say why it can't connect. */
async function joinServers(options: ConnectionOptions): Promise<NatsConnection> {
  const log = createLogger(options.name ?? '')
  for (let reported = ''; ; ) {
    try {
      return await connect(options)
    } catch (error) {
      const problem = whyNotJoined(error)
      if (problem.message !== reported) log.warn({ err: problem }, 'NATS can not be joined; it is retried')
      reported = problem.message
      await delay(500, undefined, { ref: false })
    }
  }
}

/** Counts disconnects and fails pending requests on one; nats.js would let these wait for their deadline. */
function watchConnection(connection: NatsConnection, name: string): Pick<Nats, 'disconnects' | 'whileConnected'> {
  let disconnects = 0
  let isConnected = true
  const pending = new Set<(error: Error) => void>()
  const lostError = () => new Error('The connection to NATS is lost.')
  const log = createLogger(name)
  const watch = async () => {
    for await (const { type, permissionContext } of connection.status()) {
      if (permissionContext)
        log.error({ refused: permissionContext }, 'NATS has refused a subject: are its users of this release?')
      if (type === Events.Reconnect) isConnected = true
      if (type !== Events.Disconnect) continue
      isConnected = false
      disconnects += 1
      for (const fail of pending) fail(lostError())
    }
  }
  // Unnoticed disconnects would hide lost messages, so a connection that is not watched is closed.
  const what = 'the connection to NATS is no longer watched: it is closed'
  detached(watch, { log, what, end: () => connection.close() })
  return {
    disconnects: () => disconnects,
    whileConnected: async (request) => {
      if (!isConnected) throw lostError()
      const { promise: interrupted, reject } = Promise.withResolvers<never>()
      pending.add(reject)
      // Promise.try: a request that throws synchronously must not leave `interrupted` behind as an unhandled rejection.
      return Promise.race([Promise.try(request), interrupted]).finally(() => pending.delete(reject))
    },
  }
}

/**
 * The stream's info; null if there is no such stream. Throws if an operator has configured replicas for a stream that is read
 * by direct gets: any replica answers these, and one that lags behind would silently omit messages.
 */
export async function findStream(
  { manager }: Pick<Nats, 'manager'>,
  stream: StreamSettings,
): Promise<StreamInfo | null> {
  const found = await askAgain(() => manager.streams.info(stream.name)).catch((error: unknown) => {
    if (isNotFound(error)) return null
    // In a cluster, nobody answers for a stream whose servers are away; the time of a request is up then.
    if (error instanceof NatsError && error.code === ErrorCode.Timeout)
      throw new Error(`The stream ${stream.name} does not answer: are the NATS servers that have it away?`, {
        cause: error,
      })
    throw error
  })
  const replicas = found?.config.num_replicas ?? 1
  if (stream.allow_direct && replicas > 1)
    throw new Error(`The stream ${stream.name} has ${replicas} replicas, but direct gets need exactly 1.`)
  return found
}

/** Whether JetStream reports that a stream, consumer or message does not exist. */
export const isNotFound = (error: unknown) => error instanceof NatsError && error.api_error?.code === 404

/** The id with which a message was published; '' if it has none. */
export const idOf = ({ header }: StoredMsg): string => header?.get('Nats-Msg-Id') ?? ''

/**
 * The limits of a stream that are not among our settings: an operator has set them, and they are left unchanged. Interest
 * retention counts as a limit, since it removes messages that all consumers have acknowledged.
 */
export function limitsOf(config: StreamConfig, ownSettings: StreamSettings): Limits {
  const { max_age, max_msgs, max_bytes, max_msgs_per_subject, discard, discard_new_per_subject, retention } = config
  const isSet = ([name, value]: [string, number]) => value > 0 && !(name in ownSettings)
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

/** How much of its limits a stream has used: 1 when it is full, 0 if it has none. */
export function filledOf({ config, state }: StreamInfo): number {
  const used = [
    [state.bytes, config.max_bytes],
    [state.messages, config.max_msgs],
  ] as const
  return Math.max(0, ...used.map(([is, most]) => (most > 0 ? is / most : 0)))
}

/** The relay's side of a stream, on JetStream. */
export function streamOn(nats: Nats, stream: StreamSettings): FactsStream {
  const { jetstream, manager, whileConnected } = nats
  return {
    disconnects: nats.disconnects,
    publish: async ({ id, subject, message }) => {
      const body = JSON.stringify(message)
      const { seq, duplicate } = await whileConnected(() => jetstream.publish(subject, body, { msgID: id }))
      return { id, sequence: seq, isDuplicate: duplicate }
    },
    state: async () => {
      const info = await whileConnected(() => findStream(nats, stream))
      if (!info) throw new Error(`There is no stream ${stream.name} yet.`) // keep-streams.ts creates it.
      const { created, config, state } = info
      const { first_seq: firstSequence, last_seq: lastSequence, num_deleted: deletedCount = 0 } = state
      return {
        created,
        firstSequence,
        lastSequence,
        deletedCount,
        limits: limitsOf(config, stream),
        filled: filledOf(info),
      }
    },
    deletedSequences: async () => {
      const details = () => manager.streams.info(stream.name, { deleted_details: true })
      const { state } = await whileConnected(() => askAgain(details))
      return state.deleted ?? []
    },
    messageAt: async (sequence) => {
      if (sequence === 0) return null // No message has sequence 0; NATS takes it for "not set".
      try {
        const query = { seq: sequence }
        const stored = await whileConnected(() => askAgain(() => manager.streams.getMessage(stream.name, query)))
        return { id: idOf(stored), subject: stored.subject }
      } catch (error) {
        if (isNotFound(error)) return null
        throw error
      }
    },
  }
}
