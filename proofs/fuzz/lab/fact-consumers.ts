import type { Logger } from '../../../chassis/log.ts'
import { emptyStore } from '../../../chassis/memory/transactions.ts'
import { FACTS, type Nats } from '../../../chassis/nats/connection.ts'
import { consume } from '../../../chassis/nats/consume.ts'
import { readFactOn } from '../../../schema/events/facts.ts'
import { hearers } from '../../contracts/testing/hearers.ts'

/** How a consumer settled a fact with JetStream. */
export type Settled = 'acknowledged' | 'parked'

export type FactConsumers = ReturnType<typeof factConsumers>

/**
 * The consumers of all contexts, in memory: the chassis' consumer, the contract, the context's policy. A queue replaces NATS;
 * it redelivers at once on request.
 */
export function factConsumers(log: Logger) {
  const running = Object.entries(hearers).map(([name, hearerOn]) => {
    const { nats, deliver } = queueAsNats()
    const context = hearerOn(emptyStore())
    const parked = new Set<string>()
    const intake = {
      ...{ name, subjects: ['facts.>'], isTransient: () => false },
      handle: async (wire: unknown, subject: string) => context.hear(readFactOn(subject, wire)),
      park: async ({ id }: { id: string }) => void parked.add(id),
    }
    const consumer = consume(nats, intake, log, FACTS, { ackWaitMs: 60_000, backOffMs: 0 })
    return { name, deliver, stop: consumer.stop }
  })
  return {
    names: running.map(({ name }) => name),
    /** Delivers a fact to a context. Resolves when it is settled. */
    deliver: (context: string, subject: string, text: string): Promise<Settled> => {
      const found = running.find(({ name }) => name === context)
      if (!found) throw new Error(`The context ${context} consumes no facts.`)
      return found.deliver(`${subject}`, `${text}`) // Shrinking may have left them undefined.
    },
    stop: async () => {
      for (const { stop } of running) await stop()
    },
  }
}

/** The part of nats.js that `consume` needs. */
function queueAsNats() {
  type Message = ReturnType<typeof messageOf>
  const queue: Message[] = []
  let wake = () => {}
  let sequence = 0

  const messageOf = (
    subject: string,
    text: string,
    seq: number,
    deliveryCount: number,
    settle: (how: Settled) => void,
  ) => ({
    ...{ subject, seq, info: { deliveryCount, timestampNanos: 0 } },
    json: () => JSON.parse(text) as unknown,
    string: () => text,
    working: () => {},
    ackAck: async () => settle('acknowledged'),
    term: () => settle('parked'),
    nak: () => enqueue(messageOf(subject, text, seq, deliveryCount + 1, settle)),
  })
  const enqueue = (message: Message) => {
    queue.push(message)
    wake()
  }
  const fetch = async () => {
    let isStopped = false
    const stop = () => {
      isStopped = true
      wake()
    }
    const messages = async function* () {
      while (!isStopped) {
        const next = queue.shift()
        if (next) yield next
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    }
    const status = async () => []
    return Object.assign(messages(), { stop, status })
  }
  const fake = {
    connection: { isClosed: () => false },
    manager: { consumers: { update: async () => {} } },
    jetstream: { consumers: { get: async () => ({ fetch }) } },
  }
  return {
    nats: fake as unknown as Nats, // has the methods that are called
    deliver: (subject: string, text: string) =>
      new Promise<Settled>((resolve) => enqueue(messageOf(subject, text, ++sequence, 1, resolve))),
  }
}
