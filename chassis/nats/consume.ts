import { setTimeout as delay } from 'node:timers/promises'
import { AckPolicy, type Consumer, DeliverPolicy, type JsMsg, ReplayPolicy } from 'nats'
import { detached } from '../detached.ts'
import { lanes } from '../lanes.ts'
import type { Logger } from '../log.ts'
import { ensureStream, FACTS, isNotFound, type Nats, type StreamSettings } from './connection.ts'

/** How one fact is taken in, and what becomes of one that can't be. */
export type Intake = {
  /** The durable consumer's name: the context's. Replicas share it. */
  name: string
  /** The subjects the context hears. */
  subjects: string[]
  /** Commits the fact's effect; throws where it could not. What is no JSON comes as the text it is. */
  take(wire: unknown): Promise<void>
  /** Whether this failure may pass by itself (the database is away): such a fact is never parked. */
  mayPass(error: unknown): boolean
  /** Keeps a fact that can't be taken in, as it came, for the operator. */
  park(fact: { id: string; subject: string; text: string; error: unknown }): Promise<void>
}

/** Facts under way at once in this process. */
const AT_ONCE = 32
/** A request for facts is renewed after this. */
const FETCH_MS = 5_000
/** After so many deliveries a fact that fails by itself is parked. */
const DELIVERIES = 5
const TIMING = {
  /** A replica that died or hangs keeps a fact from the others no longer. */
  ackWaitMs: 5_000,
  /** A fact that failed comes again after this, then twice this …, but at most a quarter of a minute. */
  backOffMs: 200,
}

/**
 * Consumes the context's facts until stopped: different keys side by side, one key in order; acknowledged after the
 * commit. A lost consumer or stream is made again. `stop` resolves when nothing is under way.
 */
export function consume(
  nats: Nats,
  intake: Intake,
  log: Logger,
  stream = FACTS,
  timing = TIMING,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const running = lanes(AT_ONCE)
  const held = new Set<JsMsg>()
  const backOffMs = (delivery: number) => Math.min(timing.backOffMs * 2 ** (delivery - 1), 15_000)
  // What is slow, or waits behind something slow, is not lost: without this it would come again, to another replica too.
  const stillHere = setInterval(() => {
    if (nats.connection.isClosed()) return
    const sayAll = () => {
      for (const message of held) message.working()
    }
    detached(sayAll, { log, what: 'facts that are worked on could not be kept' })
  }, timing.ackWaitMs / 3)

  /** Takes one fact in and settles it with JetStream; never throws (a fact left unsettled comes again). */
  const receive = async (message: JsMsg) => {
    const { subject } = message
    const about = { correlationId: keyOf(message), subject }
    try {
      const { seq: sequence, info } = message
      const delivery = info.deliveryCount
      try {
        await intake.take(parse(message))
      } catch (error) {
        if (delivery >= DELIVERIES && !intake.mayPass(error)) {
          log.error({ ...about, sequence, delivery, err: error }, 'a fact is parked')
          await intake.park({ id: idOf(message), subject, text: message.string(), error })
          return message.term('parked')
        }
        log.warn({ ...about, sequence, delivery, err: error }, 'a fact could not be taken in')
        return message.nak(backOffMs(delivery))
      }
      await message.ackAck()
    } catch (error) {
      log.warn({ ...about, err: error }, 'a fact could not be settled: it will come again')
    }
  }

  const hear = async () => {
    const consumer = await ensureConsumer(nats, stream, intake, timing.ackWaitMs)
    while (!signal.aborted) {
      const messages = await consumer.fetch({ max_messages: AT_ONCE, expires: FETCH_MS })
      const end = () => messages.stop()
      signal.addEventListener('abort', end)
      try {
        for await (const message of messages) {
          if (signal.aborted) break
          held.add(message)
          await running.add(keyOf(message), () => receive(message).finally(() => held.delete(message)))
        }
      } finally {
        signal.removeEventListener('abort', end)
      }
    }
  }
  const hearing = (async () => {
    while (!signal.aborted) {
      try {
        await hear()
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'hearing facts was interrupted; it tries again')
        await delay(500, undefined, { signal }).catch(() => {})
      }
    }
  })()

  return {
    stop: async () => {
      stopping.abort()
      await hearing
      await running.idle()
      clearInterval(stillHere)
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

/** A fact too broken to tell its id is known by its place. */
function idOf(message: JsMsg): string {
  const wire = parse(message)
  const id = typeof wire === 'object' && wire !== null && 'id' in wire ? wire.id : undefined
  return typeof id === 'string' ? id : `sequence ${message.seq}, ${message.info.timestampNanos}`
}

async function ensureConsumer(
  nats: Nats,
  stream: StreamSettings,
  { name, subjects }: Intake,
  ackWaitMs: number,
): Promise<Consumer> {
  await ensureStream(nats, stream)
  const settings = {
    filter_subjects: subjects,
    ack_wait: ackWaitMs * 1_000_000,
    max_deliver: -1,
    max_ack_pending: 1_000,
  }
  const { consumers } = nats.manager
  try {
    await consumers.update(stream.name, name, settings) // A new release may hear more.
  } catch (error) {
    if (!isNotFound(error)) throw error
    const always = {
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      replay_policy: ReplayPolicy.Instant,
    }
    await consumers.add(stream.name, { durable_name: name, ...always, ...settings })
  }
  return nats.jetstream.consumers.get(stream.name, name)
}
