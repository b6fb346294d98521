import type { Fact } from '../../schema/events/facts.ts'
import { type Faults, TransientError } from './faults.ts'
import type { ContextName } from './plan.ts'
import { answerOf, type Process } from './process.ts'
import type { Random } from './random.ts'
import type { Scheduler, StepOwner } from './scheduler.ts'

/** A message of the stream. */
export type Message = {
  id: string
  subject: string
  key: string
  fact: Fact
  sequence: number
  at: number
  isLost: boolean
}

/** A replica of the consumer: `handle` commits the fact's effect. */
export type Replica = { process: Process; handle(fact: Fact): Promise<void> }

/** What the stream and its consumers need. */
export type BusTools = {
  scheduler: Scheduler
  random: Random
  faults: Faults
  network: StepOwner
  fail: (error: unknown) => void
  /** The context that facts reach later than the others. */
  behind: ContextName | null
  /** Set by a plant: facts are acknowledged before their effect is committed. */
  acksFirst: boolean
  /** Set by a plant: a later consumer begins at the end of the stream. */
  laterFromEnd: boolean
}

/** As in chassis/nats: redelivery after a replica died, and the first back-off after a failure, doubled each time. */
const ACK_WAIT_MS = 5_000
const BACK_OFF_MS = 200
const MAX_DELAY_MS = 20_000

export type Consumer = ReturnType<typeof createConsumer>

/** A durable consumer of a context, which its replicas share. `disrupt` is called before each fact's first delivery. */
export function createConsumer(tools: BusTools, context: ContextName, disrupt: () => void) {
  const { scheduler, random, faults, network } = tools
  let replicas: Replica[] = []
  /** Published, but not yet acknowledged. */
  const unacknowledged = new Set<Message>()
  /** By key: the messages that are delivered one after the other. */
  const lanes = new Map<string, Message[]>()
  let waitingForReplica: (() => void)[] = []

  /** Delivers a message until it is acknowledged or lost. `releaseLane` starts the key's next message. */
  const deliver = async (message: Message, releaseLane: () => void) => {
    const description = `${message.fact.type} to ${context}`
    for (let delivery = 1; ; delivery++) {
      await scheduler.step(network, 'a fact is sent')
      if (delivery === 1) disrupt()
      const isBehind = context === tools.behind && faults.happens('a context is behind', description)
      const isLate = isBehind || faults.happens('a fact is late', description)
      if (isLate && delivery === 1) releaseLane()
      if (isLate) await scheduler.sleep(network, random.below(MAX_DELAY_MS))
      const outcome = message.isLost ? 'gone' : await attempt(message, description)
      if (!isLate && delivery === 1) releaseLane()
      if (outcome === 'gone' || outcome === 'acknowledged') break
      await scheduler.sleep(network, outcome === 'failed' ? BACK_OFF_MS * 2 ** Math.min(delivery, 6) : ACK_WAIT_MS)
    }
    unacknowledged.delete(message)
  }

  const attempt = async (message: Message, description: string) => {
    if (faults.happens('a fact is lost until it is sent again', description)) return 'lost'
    while (!replicas.length) await new Promise<void>((resolve) => waitingForReplica.push(resolve))
    const replica = random.pick(replicas)
    if (faults.happens('a fact comes twice', description)) void receive(random.pick(replicas), message)
    return receive(replica, message)
  }

  const receive = ({ process, handle }: Replica, { fact }: Message) => {
    const handleAndAcknowledge = async () => {
      await process.step('receive a fact')
      const handling = handle(fact)
      if (tools.acksFirst) {
        handling.catch(() => {})
        return 'acknowledged'
      }
      try {
        await handling
      } catch (error) {
        // Any other failure would repeat until the fact is parked.
        if (!(error instanceof TransientError)) tools.fail(error)
        return 'failed'
      }
      await process.step('acknowledge a fact')
      return faults.happens('an ack is lost', process.name) ? 'lost' : 'acknowledged'
    }
    return answerOf(process, handleAndAcknowledge(), 'lost')
  }

  return {
    context,
    /** Delivers the messages of one key one after the other, except for faults. */
    enqueue: (message: Message): void => {
      unacknowledged.add(message)
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
      const woken = waitingForReplica
      waitingForReplica = []
      for (const go of woken) go()
    },
    unacknowledged: (): Fact | undefined => unacknowledged.values().next().value?.fact,
  }
}
