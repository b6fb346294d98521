import { setTimeout as delay } from 'node:timers/promises'
import { AckPolicy, createInbox, DeliverPolicy, type Msg, nanos, ReplayPolicy, type Subscription } from 'nats'
import type { Logger } from '../log.ts'
import { ensureStream, isNotFound, type Nats, type StreamSettings } from './connection.ts'

/** Where hearing has come to: this sequence in this life of the stream. */
export type Position = { created: string; sequence: number }

export type StreamHearer = {
  /** Hearing begins here: at first, or where it could not go on (the stream began anew, was cut, has dropped messages). */
  began(position: Position): void
  /** Each message behind that, once, in order; must not throw. */
  message(message: Msg, sequence: number): void
}

const TIMING = {
  /** An idle consumer says so often that it is still there; silence for three times as long means it is not. */
  heartbeatMs: 1_000,
  retryMs: 100,
}

/**
 * Hears a stream from the present on until stopped, whatever becomes of the connection, the consumer and the stream.
 * By a push consumer of its own making: what nats.js makes anew by itself does not tell what it lost.
 */
export function followStream(
  nats: Nats,
  stream: StreamSettings,
  hearer: StreamHearer,
  log: Logger,
  timing = TIMING,
): { stop(): Promise<void> } {
  const { connection, manager, whileConnected } = nats
  const stopping = new AbortController()
  const { signal } = stopping
  let place: (Position & { at: number }) | null = null

  const begin = (created: string, sequence: number, at: number) => {
    place = { created, sequence, at }
    hearer.began({ created, sequence })
  }

  /** Whether the stream has the message at our place still (or has dropped it, and none behind it). */
  const goesOn = async (created: string, first: number, last: number) => {
    if (!place || place.created !== created || last < place.sequence || first > place.sequence + 1) return false
    // Cut and grown since? Then another message is at our place.
    if (place.sequence < first || place.sequence === 0) return true
    try {
      const query = { seq: place.sequence }
      const { time } = await whileConnected(() => manager.streams.getMessage(stream.name, query))
      return time.getTime() === place.at
    } catch (error) {
      if (isNotFound(error)) return true // Dropped in this moment: what is behind it shows in the sequences.
      throw error
    }
  }

  const take = async (heard: Subscription, silence: () => void) => {
    let count = 0
    for await (const message of heard) {
      if (signal.aborted || !place) return
      silence()
      if (isStatus(message)) {
        answerStatus(nats, message, count)
        continue
      }
      const { sequence, nth, at } = placeOf(message)
      if (nth !== count + 1) throw new Error('messages were lost on their way')
      count = nth
      // The consumer hears all of the stream: a sequence that is missing was removed before it was heard.
      if (sequence !== place.sequence + 1) begin(place.created, sequence - 1, at)
      place.sequence = sequence
      place.at = at
      hearer.message(message, sequence)
    }
    if (!signal.aborted) throw new Error('the consumer is silent')
  }

  const hear = async () => {
    const { created, state } = await whileConnected(() => ensureStream(nats, stream))
    if (!(await goesOn(created, state.first_seq, state.last_seq)))
      begin(created, state.last_seq, Date.parse(String(state.last_ts)))
    const inbox = createInbox()
    const heard = connection.subscribe(inbox)
    const end = () => heard.unsubscribe()
    signal.addEventListener('abort', end)
    let heardAt = Date.now()
    const watch = setInterval(() => Date.now() - heardAt > 3 * timing.heartbeatMs && end(), timing.heartbeatMs)
    try {
      const settings = consumerSettings(inbox, (place?.sequence ?? 0) + 1, timing.heartbeatMs)
      await whileConnected(() => manager.consumers.add(stream.name, settings))
      const now = await whileConnected(() => manager.streams.info(stream.name))
      if (now.created !== created) throw new Error('the stream has just begun anew')
      const taking = take(heard, () => (heardAt = Date.now()))
      // When the connection is lost, nothing more is taken: only then may another consumer begin.
      await whileConnected(() => taking).finally(end)
    } finally {
      clearInterval(watch)
      end()
      signal.removeEventListener('abort', end)
    }
  }

  const hearing = (async () => {
    while (!signal.aborted) {
      try {
        await hear()
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error, stream: stream.name }, 'following was interrupted; it goes on')
      }
      await delay(timing.retryMs, undefined, { signal }).catch(() => {})
    }
  })()
  return {
    stop: () => {
      stopping.abort()
      return hearing
    },
  }
}

const consumerSettings = (inbox: string, from: number, heartbeatMs: number) => ({
  deliver_subject: inbox,
  deliver_policy: DeliverPolicy.StartSequence,
  opt_start_seq: from,
  ack_policy: AckPolicy.None,
  replay_policy: ReplayPolicy.Instant,
  idle_heartbeat: nanos(heartbeatMs),
  flow_control: true,
  mem_storage: true,
  num_replicas: 1,
})

/** A message of JetStream's own. The headers of others are not even looked at: they may be anything. */
const isStatus = (message: Msg) =>
  message.data.length === 0 && !message.reply?.startsWith('$JS.ACK.') && message.headers?.code === 100

/** Lets the server send more, if it asks; throws if it says it has sent more than came. */
function answerStatus({ connection }: Nats, message: Msg, count: number): void {
  if (message.reply) return void message.respond()
  const stalled = message.headers?.get('Nats-Consumer-Stalled')
  if (stalled) connection.publish(stalled)
  const sent = message.headers?.get('Nats-Last-Consumer')
  if (sent && Number(sent) !== count) throw new Error('messages were lost on their way')
}

/**
 * What JetStream writes into the reply subject, `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<sequence>.
 * <how many the consumer has sent>.<nanoseconds since 1970>.<pending>[.<random>]`; `at` is in milliseconds.
 */
function placeOf(message: Msg): { sequence: number; nth: number; at: number } {
  const tokens = (message.reply ?? '').split('.')
  const from = tokens.length === 9 ? 5 : 7
  const [sequence, nth, nanoseconds = ''] = tokens.slice(from, from + 3)
  return { sequence: Number(sequence), nth: Number(nth), at: Number(nanoseconds.slice(0, -6)) }
}
