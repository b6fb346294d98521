import type { Fact } from '../../schema/events/facts.ts'
import { Away, type Faults } from './faults.ts'
import type { ContextName } from './plan.ts'
import { answerOf, type Process } from './process.ts'
import type { Random } from './random.ts'
import type { Owner, Scheduler } from './scheduler.ts'

/** A fact as the stream keeps it. */
export type Message = { id: string; key: string; fact: Fact; sequence: number; at: number; isLost: boolean }

/** A replica that hears: `take` commits the fact's effect. */
export type Hearer = { process: Process; take(fact: Fact): Promise<void> }

/** What both sides of the stream need. */
export type BusTools = {
  scheduler: Scheduler
  random: Random
  faults: Faults
  network: Owner
  fail: (error: unknown) => void
  /** Facts come to it later than to the others. */
  behind: ContextName | null
  /** A plant: acknowledges before the effect is committed. */
  acksFirst: boolean
}

/** As in chassis/nats: a fact comes again so long after its hearer died, or (doubled each time) failed. */
const ACK_WAIT_MS = 5_000
const BACK_OFF_MS = 200
const LATE_MS = 20_000

export type Consumer = ReturnType<typeof consumerOf>

/** A context's durable consumer, which its replicas share. `disturb` is called when a fact is on its way. */
export function consumerOf(tools: BusTools, context: ContextName, hears: object, disturb: () => void) {
  const { scheduler, random, faults, network } = tools
  let hearers: Hearer[] = []
  /** What was published and is not acknowledged yet. */
  const unsettled = new Set<Message>()
  /** Of each key, what waits for the one before it. */
  const lanes = new Map<string, Message[]>()
  let waiting: (() => void)[] = []

  /** Until it is acknowledged, or the stream has lost it. `leave`: the next of its key may come. */
  const deliver = async (message: Message, leave: () => void) => {
    const about = `${message.fact.type} to ${context}`
    for (let delivery = 1; ; delivery++) {
      await scheduler.step(network, 'a fact is sent')
      if (delivery === 1) disturb()
      const isBehind = context === tools.behind && faults.happens('a context is behind', about)
      const isLate = isBehind || faults.happens('a fact is late', about)
      if (isLate && delivery === 1) leave()
      if (isLate) await scheduler.sleep(network, random.below(LATE_MS))
      const outcome = message.isLost ? 'gone' : await attempt(message, about)
      if (!isLate && delivery === 1) leave()
      if (outcome === 'gone' || outcome === 'acknowledged') break
      await scheduler.sleep(network, outcome === 'failed' ? BACK_OFF_MS * 2 ** Math.min(delivery, 6) : ACK_WAIT_MS)
    }
    unsettled.delete(message)
  }

  const attempt = async (message: Message, about: string) => {
    if (faults.happens('a fact is lost until it is sent again', about)) return 'lost'
    while (!hearers.length) await new Promise<void>((resolve) => waiting.push(resolve))
    const hearer = random.pick(hearers)
    if (faults.happens('a fact comes twice', about)) void receive(random.pick(hearers), message)
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

  return {
    context,
    hears: (fact: string) => Object.hasOwn(hears, fact),
    /** Delivers it: the facts of one key one after the other, as long as nothing goes wrong. */
    offer: (message: Message): void => {
      unsettled.add(message)
      if (faults.happens('a fact overtakes another', `${message.fact.type} to ${context}`))
        return void deliver(message, () => {})
      const lane = lanes.get(message.key) ?? []
      lanes.set(message.key, lane)
      lane.push(message)
      const go = () => {
        const [first] = lane
        if (!first) return
        void deliver(first, () => {
          lane.shift()
          go()
        })
      }
      if (lane.length === 1) go()
    },
    join: (hearer: Hearer): void => {
      hearers.push(hearer)
      hearer.process.onDeath(() => {
        hearers = hearers.filter((other) => other !== hearer)
      })
      const woken = waiting
      waiting = []
      for (const go of woken) go()
    },
    unsettled: (): Fact | undefined => unsettled.values().next().value?.fact,
  }
}
