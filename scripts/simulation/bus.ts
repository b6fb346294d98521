import type { Stream, Unpublished } from '../../chassis/relay.ts'
import { type Fact, readFact } from '../../schema/events/facts.ts'
import { Away, type Faults } from './faults.ts'
import { answerOf, type Process } from './process.ts'
import type { Random } from './random.ts'
import type { Owner, Scheduler } from './scheduler.ts'

/** A fact as the stream keeps it. */
type Message = { id: string; key: string; fact: Fact; sequence: number; at: number; isLost: boolean }

/** A replica that hears: `take` commits the fact's effect. */
export type Hearer = { process: Process; take(fact: Fact): Promise<void> }

/** A context's durable consumer: its replicas share it. */
type Consumer = {
  context: string
  hears(fact: string): boolean
  hearers: Hearer[]
  /** What was published and is not acknowledged yet. */
  unsettled: Set<Message>
  /** Of each key, what waits for the one before it. */
  lanes: Map<string, Message[]>
  waiting: (() => void)[]
}

/** As in chassis/nats: who died keeps a fact so long; who failed, so long. */
const ACK_WAIT_MS = 5_000
const BACK_OFF_MS = 200
const LATE_MS = 20_000
/** JetStream takes the same id once in this time. */
const DUPLICATES_MS = 120_000

export type Bus = ReturnType<typeof busOf>

/** NATS JetStream as the contexts see it: one stream, a durable consumer for each context. */
export function busOf(tools: {
  scheduler: Scheduler
  random: Random
  faults: Faults
  network: Owner
  tell: (what: () => string) => void
  fail: (error: unknown) => void
  /** A plant: acknowledges before the effect is committed. */
  acksFirst: boolean
}) {
  const { scheduler, random, faults, network, tell } = tools
  let lives = 1
  let messages: Message[] = []
  let interruptions = 0
  const consumers: Consumer[] = []

  const keep = ({ id, key, message }: Omit<Unpublished, 'position'>): number => {
    const known = messages.find((other) => other.id === id && scheduler.now() - other.at < DUPLICATES_MS)
    if (known) return known.sequence
    const fact = readFact(JSON.parse(JSON.stringify(message)))
    const kept = { id, key, fact, sequence: messages.length + 1, at: scheduler.now(), isLost: false }
    messages.push(kept)
    for (const consumer of consumers) if (consumer.hears(fact.type)) offer(consumer, kept)
    return kept.sequence
  }

  /** The facts of one key one after the other, as long as nothing goes wrong. */
  const offer = (consumer: Consumer, message: Message) => {
    consumer.unsettled.add(message)
    if (faults.happens('a fact overtakes another', `${message.fact.type} to ${consumer.context}`))
      return void deliver(consumer, message, () => {})
    const lane = consumer.lanes.get(message.key) ?? []
    consumer.lanes.set(message.key, lane)
    lane.push(message)
    const go = () => {
      const [first] = lane
      if (!first) return
      void deliver(consumer, first, () => {
        lane.shift()
        go()
      })
    }
    if (lane.length === 1) go()
  }

  /** Until it is acknowledged, or the stream has lost it. `leave`: the next of its key may come. */
  const deliver = async (consumer: Consumer, message: Message, leave: () => void) => {
    for (let delivery = 1; ; delivery++) {
      await scheduler.step(network, 'a fact is sent')
      if (delivery === 1) disturb()
      if (faults.happens('a fact is late', `${message.fact.type} to ${consumer.context}`))
        await scheduler.sleep(network, random.below(LATE_MS))
      const outcome = message.isLost ? 'gone' : await attempt(consumer, message)
      if (delivery === 1) leave()
      if (outcome === 'gone' || outcome === 'acknowledged') break
      await scheduler.sleep(network, outcome === 'failed' ? BACK_OFF_MS * 2 ** Math.min(delivery, 6) : ACK_WAIT_MS)
    }
    consumer.unsettled.delete(message)
  }

  const attempt = async (consumer: Consumer, message: Message) => {
    if (faults.happens('a fact is lost until it is sent again', `${message.fact.type} to ${consumer.context}`))
      return 'lost'
    while (!consumer.hearers.length) await new Promise<void>((resolve) => consumer.waiting.push(resolve))
    const hearer = random.pick(consumer.hearers)
    if (faults.happens('a fact comes twice', `${message.fact.type} to ${consumer.context}`))
      void receive(random.pick(consumer.hearers), message)
    return receive(hearer, message)
  }

  const receive = ({ process, take }: Hearer, { fact }: Message) => {
    const takeIn = async () => {
      await process.step('receive a fact')
      const taking = take(fact)
      if (tools.acksFirst) {
        taking.catch(() => {})
        return 'acknowledged'
      }
      try {
        await taking
      } catch (error) {
        // What fails and is not the database's passing fault fails again, and would be parked.
        if (!(error instanceof Away)) tools.fail(error)
        return 'failed'
      }
      await process.step('acknowledge a fact')
      return faults.happens('an ack is lost', process.name) ? 'lost' : 'acknowledged'
    }
    return answerOf(process, takeIn(), 'lost')
  }

  /** The server restarts, with all it had, or less. */
  const disturb = () => {
    if (faults.happens('the connection to the stream is lost', 'all')) interruptions += 1
    if (faults.happens('the stream is wiped', `all ${messages.length}`)) {
      lose(messages)
      messages = []
      lives += 1
    }
    if (messages.length && faults.happens('the stream is cut', `of ${messages.length}`)) {
      const kept = random.below(messages.length)
      tell(() => `  the stream keeps ${kept}`)
      lose(messages.splice(kept))
    }
  }
  const lose = (lost: Message[]) => {
    interruptions += 1
    for (const message of lost) message.isLost = true
  }
  const created = () => `life ${lives}`

  return {
    subscribe: (context: string, hears: object) =>
      void consumers.push({
        context,
        hears: (fact) => Object.hasOwn(hears, fact),
        hearers: [],
        unsettled: new Set(),
        lanes: new Map(),
        waiting: [],
      }),
    join: (hearer: Hearer) => {
      const consumer = consumers.find(({ context }) => context === hearer.process.context)
      if (!consumer) return
      consumer.hearers.push(hearer)
      hearer.process.onDeath(() => {
        consumer.hearers = consumer.hearers.filter((other) => other !== hearer)
      })
      for (const go of consumer.waiting.splice(0)) go()
    },
    /** A plant publishes by it what is not committed. */
    keep,
    holds: (id: string, sequence: number) => messages[sequence - 1]?.id === id,
    created,
    /** What is on its way, in words. */
    unsettled: () =>
      consumers.flatMap(({ context, unsettled }) =>
        [...unsettled].map(({ fact }) => `${context} has not heard ${fact.type}`),
      ),
    /** The stream as the relay of one process sees it. */
    streamFor: (process: Process): Stream => ({
      interruptions: () => interruptions,
      publish: async (message) => {
        await process.step('publish')
        if (faults.happens('a publication is lost', process.name)) throw new Away('No answer from the stream.')
        const sequence = keep(message)
        await process.step('hear that it is published')
        if (faults.happens("a publication's ack is lost", process.name)) throw new Away('No answer from the stream.')
        return { sequence }
      },
      state: async () => {
        await process.step('look at the stream')
        return { created: created(), firstSequence: 1, lastSequence: messages.length }
      },
      holds: async ({ id, sequence }) => {
        await process.step('compare the stream')
        return messages[sequence - 1]?.id === id
      },
    }),
  }
}
