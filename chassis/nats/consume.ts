import { setTimeout as delay } from 'node:timers/promises'
import { AckPolicy, type Consumer, ConsumerEvents, DeliverPolicy, type JsMsg, ReplayPolicy } from 'nats'
import { detached } from '../detached.ts'
import { keyedQueue } from '../keyed-queue.ts'
import type { Logger } from '../log.ts'
import { FACTS, isNotFound, type Nats, type StreamSettings } from './connection.ts'

/** What a consumer receives, how a fact is handled, and what happens to one that can't be handled. */
export type ConsumerOptions = {
  /** The durable consumer's name: the context's, or a further one of the context. Replicas share it. */
  name: string
  /** The subjects to which the context subscribes. */
  subjects: string[]
  /**
   * Commits the fact's effect, or throws. The fact is parsed JSON, or the text itself if it is not JSON. `subject`: where it was
   * published, which says by whom.
   */
  handle(wire: unknown, subject: string): Promise<void>
  /** Whether a failure may pass by itself (the database is away): then the fact is never parked. */
  isTransient(error: unknown): boolean
  /** Stores a fact that can't be handled, unchanged, for the operator. */
  park(fact: { id: string; subject: string; text: string; error: unknown }): Promise<void>
}

/** Facts that this process handles at the same time. */
const MAX_PENDING = 32
/**
 * Duration of one pull request, and how often the consumer's leader says meanwhile that it still has the request: after two silent
 * intervals the request is lost, with its leader. To elect another one takes the servers 4 to 9 seconds.
 */
const FETCH = { max_messages: MAX_PENDING, expires: 5_000, idle_heartbeat: 1_000 }
/** Delay before another request, if one has failed: as those do that meet no leader. */
const RETRY_MS = 250
/** A fact is parked when its handling has failed this often, unless the failure is transient. */
const MAX_DELIVERIES = 5
const TIMING = {
  /** JetStream redelivers the facts of a replica that died or hangs after this time. */
  ackWaitMs: 5_000,
  /** Delay before a failed fact is redelivered; doubled with each delivery, up to 15 seconds. */
  backOffMs: 200,
}

/**
 * Consumes the context's facts until stopped: different keys concurrently, one key in order. A fact is acknowledged after the
 * commit. A lost consumer is created again, as soon as there is a stream (keep-streams.ts). `stop` resolves when no fact is being
 * handled.
 */
export function consume(
  nats: Nats,
  options: ConsumerOptions,
  log: Logger,
  stream = FACTS,
  timing = TIMING,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const queue = keyedQueue(MAX_PENDING)
  const held = new Set<JsMsg>()
  const acknowledging = new Set<Promise<void>>()
  const backOffMs = (delivery: number) => Math.min(timing.backOffMs * 2 ** (delivery - 1), 15_000)
  // Facts that are slow, or wait behind a slow one, would otherwise be redelivered, maybe to another replica.
  const keepAlive = setInterval(() => {
    if (nats.connection.isClosed()) return
    const extendAll = () => {
      for (const message of held) message.working()
    }
    detached(extendAll, { log, what: 'the ack deadline of facts could not be extended' })
  }, timing.ackWaitMs / 3)

  /** The key's next facts don't wait for the answer: without a leader, which dies with its server, it takes 5 seconds. */
  const acknowledge = (message: JsMsg, about: object) => {
    const answered = message
      .ackAck()
      .then(() => {}, reporter(about))
      .finally(() => acknowledging.delete(answered))
    acknowledging.add(answered)
  }
  const reporter = (about: object) => (error: unknown) =>
    log.warn({ ...about, err: error }, 'a fact could not be acknowledged: it will be redelivered')

  /** Handles one fact and acknowledges it; never throws (a fact without acknowledgement is redelivered). */
  const receive = async (message: JsMsg) => {
    const { subject } = message
    const about = { correlationId: keyOf(message), subject }
    try {
      const { seq: sequence, info } = message
      const delivery = info.deliveryCount
      try {
        await options.handle(parse(message), subject)
      } catch (error) {
        if (delivery >= MAX_DELIVERIES && !options.isTransient(error)) {
          log.error({ ...about, sequence, delivery, err: error }, 'a fact is parked')
          await options.park({ id: idOf(message), subject, text: message.string(), error })
          return message.term('parked')
        }
        log.warn({ ...about, sequence, delivery, err: error }, 'a fact could not be handled')
        return message.nak(backOffMs(delivery))
      }
      acknowledge(message, about)
    } catch (error) {
      reporter(about)(error)
    }
  }

  /** Handles what one pull request brings; ends early if nobody has the request any more. */
  const pull = async (consumer: Consumer) => {
    const messages = await consumer.fetch({ ...FETCH })
    const end = () => messages.stop()
    const endIfLost = async () => {
      for await (const { type } of await messages.status()) if (type === ConsumerEvents.HeartbeatsMissed) end()
    }
    detached(endIfLost, { log, what: 'it was not noticed whether a request for facts was lost' })
    signal.addEventListener('abort', end)
    try {
      for await (const message of messages) {
        if (signal.aborted) break
        held.add(message)
        await queue.add(keyOf(message), () => receive(message).finally(() => held.delete(message)))
      }
    } finally {
      signal.removeEventListener('abort', end)
    }
  }
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {})
  /** Handles facts until the consumer is gone. While it has no leader, which looks the same at first, requests are repeated. */
  const follow = async () => {
    const consumer = await ensureConsumer(nats, stream, options, timing.ackWaitMs)
    let isGone = false
    let isLooking = false
    /** Not waited for: without a leader it is answered late, or never. */
    const look = async () => {
      if (isLooking) return
      isLooking = true
      await consumer.info().catch((error: unknown) => {
        isGone = isNotFound(error)
      })
      isLooking = false
    }
    for (let isInterrupted = false; !signal.aborted && !isGone; ) {
      try {
        await pull(consumer)
        isInterrupted = false
      } catch (error) {
        if (!isInterrupted && !signal.aborted)
          log.warn({ err: error }, 'consuming facts was interrupted; it is retried')
        isInterrupted = true
        void look()
        await pause(RETRY_MS)
      }
    }
  }
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await follow()
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'the consumer of facts can not be found or made; it is retried')
        await pause(500)
      }
    }
  })()

  return {
    stop: async () => {
      stopping.abort()
      await running
      await queue.idle()
      await Promise.all(acknowledging)
      clearInterval(keepAlive)
    },
  }
}

/** The last token of `facts.<publisher>.<Fact>.<key>`. */
const keyOf = (message: JsMsg) => message.subject.slice(message.subject.lastIndexOf('.') + 1)

function parse(message: JsMsg): unknown {
  try {
    return message.json()
  } catch {
    return message.string()
  }
}

/** The fact's id; if it has none, its sequence and time of storage identify it. */
function idOf(message: JsMsg): string {
  const wire = parse(message)
  const id = typeof wire === 'object' && wire !== null && 'id' in wire ? wire.id : undefined
  return typeof id === 'string' ? id : `sequence ${message.seq}, ${message.info.timestampNanos}`
}

async function ensureConsumer(
  nats: Nats,
  stream: StreamSettings,
  { name, subjects }: ConsumerOptions,
  ackWaitMs: number,
): Promise<Consumer> {
  const settings = {
    filter_subjects: subjects,
    ack_wait: ackWaitMs * 1_000_000,
    max_deliver: -1,
    max_ack_pending: 1_000,
  }
  const { consumers } = nats.manager
  try {
    await consumers.update(stream.name, name, settings) // A new release may subscribe to more.
  } catch (error) {
    if (!isNotFound(error)) throw error
    const fixed = {
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      replay_policy: ReplayPolicy.Instant,
    }
    await consumers.add(stream.name, { durable_name: name, ...fixed, ...settings })
  }
  return nats.jetstream.consumers.get(stream.name, name)
}
