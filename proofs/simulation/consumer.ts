import type { Fact } from '../../schema/events/facts.ts'
import { Away, type Faults } from './faults.ts'
import type { ContextName } from './plan.ts'
import { answerOf, type Process } from './process.ts'
import type { Random } from './random.ts'
import type { Owner, Scheduler } from './scheduler.ts'

/** A message of the stream. */
export type Message = { id: string; key: string; fact: Fact; sequence: number; at: number; isLost: boolean }

/** A replica of the consumer: `take` commits the fact's effect. */
export type Replica = { process: Process; take(fact: Fact): Promise<void> }

/** What the stream and its consumers need. */
export type BusTools = {
  scheduler: Scheduler
  random: Random
  faults: Faults
  network: Owner
  fail: (error: unknown) => void
  /** The context that gets facts later than the others. */
  behind: ContextName | null
  /** A plant: acknowledges before the effect is committed. */
  acksFirst: boolean
}

/** As in chassis/nats: the time until redelivery after a replica died; after a failure, doubled each time. */
const ACK_WAIT_MS = 5_000
const BACK_OFF_MS = 200
const LATE_MS = 20_000

export type Consumer = ReturnType<typeof consumerOf>

/** A context's durable consumer, which its replicas share. `disturb` is called when a fact is on its way. */
export function consumerOf(tools: BusTools, context: ContextName, hears: object, disturb: () => void) {
  const { scheduler, random, faults, network } = tools
  let replicas: Replica[] = []
  /** Published and not yet acknowledged. */
  const unsettled = new Set<Message>()
  /** By key: messages that wait for the one before. */
  const lanes = new Map<string, Message[]>()
  let waiting: (() => void)[] = []

  /** Delivers until it is acknowledged, or the stream has lost it. `leave` lets the next message of the key go. */
  const deliver = async (message: Message, leave: () => void) => {
    const description = `${message.fact.type} to ${context}`
    for (let delivery = 1; ; delivery++) {
      await scheduler.step(network, 'a fact is sent')
      if (delivery === 1) disturb()
      const isBehind = context === tools.behind && faults.happens('a context is behind', description)
      const isLate = isBehind || faults.happens('a fact is late', description)
      if (isLate && delivery === 1) leave()
      if (isLate) await scheduler.sleep(network, random.below(LATE_MS))
      const outcome = message.isLost ? 'gone' : await attempt(message, description)
      if (!isLate && delivery === 1) leave()
      if (outcome === 'gone' || outcome === 'acknowledged') break
      await scheduler.sleep(network, outcome === 'failed' ? BACK_OFF_MS * 2 ** Math.min(delivery, 6) : ACK_WAIT_MS)
    }
    unsettled.delete(message)
  }

  const attempt = async (message: Message, description: string) => {
    if (faults.happens('a fact is lost until it is sent again', description)) return 'lost'
    while (!replicas.length) await new Promise<void>((resolve) => waiting.push(resolve))
    const replica = random.pick(replicas)
    if (faults.happens('a fact comes twice', description)) void receive(random.pick(replicas), message)
    return receive(replica, message)
  }

  const receive = ({ process, take }: Replica, { fact }: Message) => {
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
        // Any other failure would repeat until the fact is parked.
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
    /** Delivers a message: those of one key one after the other, except for faults. */
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
    join: (replica: Replica): void => {
      replicas.push(replica)
      replica.process.onDeath(() => {
        replicas = replicas.filter((other) => other !== replica)
      })
      const woken = waiting
      waiting = []
      for (const go of woken) go()
    },
    unsettled: (): Fact | undefined => unsettled.values().next().value?.fact,
  }
}
