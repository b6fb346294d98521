import { AckPolicy, type Consumer, DeliverPolicy, type JsMsg, ReplayPolicy } from 'nats'
import { type Lanes, lanes } from '../lanes.ts'
import type { Logger } from '../log.ts'
import { ensureFacts, type Nats } from './connection.ts'

/** How one fact is taken in, and what becomes of one that can't be. */
export type Intake = {
  /** The durable consumer's name: the context's. Replicas share it. */
  name: string
  /** The subjects the context hears. */
  subjects: string[]
  /** Commits the fact's effect; throws where it could not. */
  take(wire: unknown): Promise<void>
  /** Whether this failure may pass by itself (the database is away): such a fact is never parked. */
  mayPass(error: unknown): boolean
  /** Keeps a fact that can't be taken in for the operator. */
  park(fact: { id: string; subject: string; wire: unknown; error: unknown }): Promise<void>
}

/** Facts under way at once in this process. */
const AT_ONCE = 32
/** A replica that died or hangs keeps a fact from the others no longer; one that is only slow meets its inbox. */
const ACK_WAIT_MS = 5_000
/** After so many deliveries a fact that fails by itself is parked. */
const DELIVERIES = 5

const backOffMs = (deliveries: number) => Math.min(200 * 2 ** (deliveries - 1), 15_000)

/**
 * Consumes the context's facts until stopped: different keys side by side, one key in order; acknowledged after the
 * commit. A lost consumer or stream is made again. `stop` resolves when nothing is under way.
 */
export function consume(nats: Nats, intake: Intake, log: Logger, stream = 'FACTS'): { stop(): Promise<void> } {
  let stopping = false
  let current: { stop(): void } | undefined
  const running = lanes(AT_ONCE)

  const loop = (async () => {
    while (!stopping) {
      try {
        const consumer = await ensureConsumer(nats, stream, intake)
        while (!stopping) {
          const messages = await consumer.fetch({ max_messages: AT_ONCE * 2, expires: 5_000 })
          current = messages
          for await (const message of messages) await running.add(keyOf(message), () => receive(message, intake, log))
        }
      } catch (error) {
        if (stopping) return
        log.warn({ err: error }, 'hearing facts was interrupted; it tries again')
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    }
  })()

  return {
    stop: () =>
      stop(
        () => (stopping = true),
        () => current?.stop(),
        loop,
        running,
      ),
  }
}

async function stop(mark: () => void, endFetch: () => void, loop: Promise<void>, running: Lanes): Promise<void> {
  mark()
  endFetch()
  await loop
  await running.idle()
}

/** The last token of `facts.<publisher>.<Fact>.<key>`. */
const keyOf = (message: JsMsg) => message.subject.slice(message.subject.lastIndexOf('.') + 1)

async function receive(message: JsMsg, intake: Intake, log: Logger): Promise<void> {
  const about = { subject: message.subject, sequence: message.seq, delivery: message.info.deliveryCount }
  let wire: unknown
  try {
    wire = parse(message)
    await intake.take(wire)
    await message.ackAck()
  } catch (error) {
    const poison = about.delivery >= DELIVERIES && !intake.mayPass(error)
    log[poison ? 'error' : 'warn'](
      { ...about, err: error },
      poison ? 'a fact is parked' : 'a fact could not be taken in',
    )
    if (!poison) return message.nak(backOffMs(about.delivery))
    try {
      await intake.park({ id: factIdOf(wire, message), subject: message.subject, wire, error })
      message.term('parked')
    } catch (failure) {
      log.warn({ ...about, err: failure }, 'a fact could not even be parked')
      message.nak(backOffMs(about.delivery))
    }
  }
}

function parse(message: JsMsg): unknown {
  try {
    return message.json()
  } catch {
    return message.string()
  }
}

/** A fact too broken to tell its id is known by its place. */
function factIdOf(wire: unknown, message: JsMsg): string {
  const id = typeof wire === 'object' && wire !== null && 'id' in wire ? wire.id : undefined
  return typeof id === 'string' ? id : `sequence ${message.seq}`
}

async function ensureConsumer(nats: Nats, stream: string, { name, subjects }: Intake): Promise<Consumer> {
  await ensureFacts(nats)
  await nats.manager.consumers.add(stream, {
    durable_name: name,
    filter_subjects: subjects,
    ack_policy: AckPolicy.Explicit,
    ack_wait: ACK_WAIT_MS * 1_000_000,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    max_deliver: -1,
    max_ack_pending: 1_000,
  })
  return nats.jetstream.consumers.get(stream, name)
}
