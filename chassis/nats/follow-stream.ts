import { setTimeout as delay } from 'node:timers/promises'
import { AckPolicy, DeliverPolicy, type Msg, nanos, ReplayPolicy, type Subscription } from 'nats'
import type { Logger } from '../log.ts'
import { askAgain } from './ask-again.ts'
import { findStream, isNotFound, type Nats, type StreamSettings } from './connection.ts'

/** A sequence in the incarnation of a stream that was created at `created`. */
export type StreamPosition = { created: string; sequence: number }

export type StreamListener = {
  /** Delivery starts after this position: at first, and after each gap (the stream was recreated, truncated, or lost messages). */
  began(position: StreamPosition): void
  /** Called once for each later message, in order; must not throw. */
  message(message: Msg, sequence: number): void
}

const TIMING = {
  /** An idle consumer sends a heartbeat this often; after three missed ones it counts as lost. */
  heartbeatMs: 1_000,
  retryMs: 100,
}

/**
 * Delivers a stream's messages from now on until stopped, across lost connections, consumers and streams. It manages its own
 * push consumer, because the ordered consumer of nats.js does not report what it lost when it recreates itself.
 */
export function followStream(
  nats: Nats,
  stream: StreamSettings,
  listener: StreamListener,
  log: Logger,
  timing = TIMING,
): { stop(): Promise<void> } {
  const { connection, manager, whileConnected, createInbox } = nats
  const stopping = new AbortController()
  const { signal } = stopping
  let position: (StreamPosition & { at: number }) | null = null

  const startAt = (created: string, sequence: number, at: number) => {
    position = { created, sequence, at }
    listener.began({ created, sequence })
  }

  /** Whether no message was lost: the stream still has the message at our position, or removed it but none after it. */
  const canContinue = async (created: string, first: number, last: number) => {
    if (!position || position.created !== created || last < position.sequence || first > position.sequence + 1)
      return false
    // A stream that was truncated and has grown since has another message at our position.
    if (position.sequence < first || position.sequence === 0) return true
    try {
      const query = { seq: position.sequence }
      const { time } = await whileConnected(() => askAgain(() => manager.streams.getMessage(stream.name, query)))
      return time.getTime() === position.at
    } catch (error) {
      if (isNotFound(error)) return true // Just removed: any loss after it shows in the sequences.
      throw error
    }
  }

  const receive = async (subscription: Subscription, onMessage: () => void) => {
    let count = 0
    for await (const message of subscription) {
      if (signal.aborted || !position) return
      onMessage()
      if (isStatus(message)) {
        answerStatus(nats, message, count)
        continue
      }
      const { sequence, nth, at } = readReplySubject(message)
      if (nth !== count + 1) throw new Error('messages were lost in transit')
      count = nth
      // The consumer gets the whole stream, so a missing sequence was removed before its delivery.
      if (sequence !== position.sequence + 1) startAt(position.created, sequence - 1, at)
      position.sequence = sequence
      position.at = at
      listener.message(message, sequence)
    }
    if (!signal.aborted) throw new Error('the consumer is silent')
  }

  const consume = async () => {
    const found = await whileConnected(() => findStream(nats, stream))
    if (!found) return // keep-streams.ts creates it.
    const { created, state } = found
    if (!(await canContinue(created, state.first_seq, state.last_seq)))
      startAt(created, state.last_seq, Date.parse(String(state.last_ts)))
    const inbox = createInbox()
    const subscription = connection.subscribe(inbox)
    const end = () => subscription.unsubscribe()
    signal.addEventListener('abort', end)
    let receivedAt = Date.now()
    const watch = setInterval(() => Date.now() - receivedAt > 3 * timing.heartbeatMs && end(), timing.heartbeatMs)
    try {
      const settings = consumerSettings(inbox, (position?.sequence ?? 0) + 1, timing.heartbeatMs)
      await whileConnected(() => manager.consumers.add(stream.name, settings))
      const now = await whileConnected(() => manager.streams.info(stream.name))
      if (now.created !== created) throw new Error('the stream was just recreated')
      const receiving = receive(subscription, () => (receivedAt = Date.now()))
      // After a disconnect nothing more is received, so that another consumer can start without duplicates.
      await whileConnected(() => receiving).finally(end)
    } finally {
      clearInterval(watch)
      end()
      signal.removeEventListener('abort', end)
    }
  }

  const running = (async () => {
    while (!signal.aborted) {
      try {
        await consume()
      } catch (error) {
        if (!signal.aborted)
          log.warn({ err: error, stream: stream.name }, 'following the stream was interrupted; it is retried')
      }
      await delay(timing.retryMs, undefined, { signal }).catch(() => {})
    }
  })()
  return {
    stop: () => {
      stopping.abort()
      return running
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

/** Whether it is a status message of JetStream. The headers of other messages are not read: they may contain anything. */
const isStatus = (message: Msg) =>
  message.data.length === 0 && !message.reply?.startsWith('$JS.ACK.') && message.headers?.code === 100

/** Answers a flow-control request; throws if a heartbeat reports more messages than were received. */
function answerStatus({ connection }: Nats, message: Msg, count: number): void {
  if (message.reply) return void message.respond()
  const stalled = message.headers?.get('Nats-Consumer-Stalled')
  if (stalled) connection.publish(stalled)
  const sent = message.headers?.get('Nats-Last-Consumer')
  if (sent && Number(sent) !== count) throw new Error('messages were lost in transit')
}

/**
 * Reads the reply subject, `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.
 * <nanoseconds since 1970>.<pending>[.<random>]`: `nth` is the consumer sequence, `at` is in milliseconds.
 */
function readReplySubject(message: Msg): { sequence: number; nth: number; at: number } {
  const tokens = (message.reply ?? '').split('.')
  const from = tokens.length === 9 ? 5 : 7
  const [sequence, nth, nanoseconds = ''] = tokens.slice(from, from + 3)
  return { sequence: Number(sequence), nth: Number(nth), at: Number(nanoseconds.slice(0, -6)) }
}
