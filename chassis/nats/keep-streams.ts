import { isDeepStrictEqual } from 'node:util'
import { connect, type Msg, RetentionPolicy, StorageType, type StreamInfo } from 'nats'
import { every } from '../every.ts'
import type { Logger } from '../log.ts'
import { connectionOptions, type NatsTls, whyNotJoined } from './access.ts'
import { factsWithin, findStream, isAnswerable, LIVE, type Nats, respond, type StreamSettings } from './connection.ts'

/** Where the keeper of a stream is requested to create it anew; the message is the time of creation of the one to replace. */
export const renewalSubject = (stream: string): string => `renew.${stream}`

/**
 * Returns the stream's info; creates it if it is missing (a new or wiped NATS), and updates it if its settings differ. A stream that
 * an earlier release has filled with messages of another form is deleted and created anew.
 */
export async function ensureStream(nats: Pick<Nats, 'manager'>, stream: StreamSettings): Promise<StreamInfo> {
  const { streams } = nats.manager
  const { name, ...settings } = stream
  const kept = await findStream(nats, stream)
  const isOfOtherForm = kept && stream.description !== undefined && kept.config.description !== stream.description
  if (isOfOtherForm) await streams.delete(name)
  const found = isOfOtherForm ? null : kept
  if (!found) {
    const fixed = { storage: StorageType.File, retention: RetentionPolicy.Limits }
    return streams.add({ num_replicas: 1, ...stream, ...fixed })
  }
  const isAsItShould = isDeepStrictEqual({ ...found.config, ...settings }, found.config)
  return isAsItShould ? found : streams.update(name, settings)
}

/**
 * Ensures FACTS, with this size and number of replicas, and LIVE, once. Throws, with a message for the operator, if NATS does not
 * answer, or refuses.
 */
export async function setUpStreams(url: string, maxBytes?: number, replicas?: number, tls?: NatsTls): Promise<void> {
  const options = connectionOptions(url, 'administrator', tls)
  const connection = await connect({ ...options, reconnect: false }).catch((error) => {
    throw whyNotJoined(error)
  })
  try {
    const manager = await connection.jetstreamManager({ checkAPI: false, timeout: 5_000 })
    for (const stream of [factsWithin(maxBytes, replicas), LIVE]) await ensureStream({ manager }, stream)
  } finally {
    await connection.close()
  }
}

/**
 * Ensures these streams until stopped, and creates those called `renewable` anew on request. No other program may create, change
 * or delete a stream: whoever may create one can have it republish messages on any subject, in the server's name.
 */
export function keepStreams(
  nats: Nats,
  streams: StreamSettings[],
  renewable: string[],
  log: Logger,
  everyMs = 1_000,
): { stop(): Promise<void> } {
  const { connection, manager, whileConnected } = nats
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work)
    turn = done.catch(() => {})
    return done
  }
  let reported = ''
  // Each on its own: LIVE may be away, with its only server, while FACTS is not.
  const ensureAll = async () => {
    const failures: { stream: string; error: unknown }[] = []
    for (const stream of streams)
      await whileConnected(() => ensureStream(nats, stream)).catch((error) =>
        failures.push({ stream: stream.name, error }),
      )
    const byReason = Map.groupBy(failures, ({ error }) => String(error))
    const reasons = [...byReason].map(([reason, of]) => `${of.map(({ stream }) => stream)}: ${reason}`).join()
    if (reasons !== reported)
      for (const of of byReason.values())
        log.warn(
          { err: of[0]?.error, streams: of.map(({ stream }) => stream) },
          'the streams could not be set up; it is retried',
        )
    reported = reasons
  }
  const keeping = every(everyMs, () => inTurn(ensureAll), log)

  const renew = async (stream: StreamSettings, message: Msg) => {
    const found = await whileConnected(() => findStream(nats, stream))
    // The relays of all contexts find a loss at once, and a late one must not delete the stream that has been created since.
    if (found && found.created === message.string()) {
      await whileConnected(() => manager.streams.delete(stream.name))
      log.warn({ stream: stream.name }, 'the stream is created anew')
    }
    await whileConnected(() => ensureStream(nats, stream))
    respond(message)
  }
  const subscriptions = streams
    .filter(({ name }) => renewable.includes(name))
    .map((stream) =>
      connection.subscribe(renewalSubject(stream.name), {
        queue: 'keeper',
        callback: (error, message) => {
          const what = 'a stream could not be created anew'
          if (error) return log.error({ err: error }, what)
          // A message that JetStream delivers here for somebody who may not request it.
          if (!isAnswerable(message)) return
          inTurn(() => renew(stream, message)).catch((err) => log.warn({ err }, what))
        },
      }),
    )
  return {
    stop: async () => {
      if (!connection.isClosed()) for (const each of subscriptions) each.unsubscribe()
      await keeping.stop()
      await turn
    },
  }
}
