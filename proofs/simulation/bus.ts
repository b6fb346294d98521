import { type FactsStream, isCopyOf, type OutboxMessage } from '../../chassis/relay.ts'
import { readFact } from '../../schema/events/facts.ts'
import { type BusTools, type Consumer, consumerOf, type Message, type Replica } from './consumer.ts'
import { Away } from './faults.ts'
import type { ContextName } from './plan.ts'
import type { Process } from './process.ts'
import type { Trace } from './trace.ts'

/** JetStream's window for duplicates. */
const DUPLICATES_MS = 120_000

export type Bus = ReturnType<typeof busOf>

/** NATS JetStream as the contexts see it: one stream, and a durable consumer for each context. */
export function busOf(tools: BusTools, trace: Trace) {
  const { scheduler, random, faults } = tools
  let incarnation = 1
  let messages: Message[] = []
  let disconnects = 0
  const consumers = new Map<ContextName, Consumer>()

  const keep = ({ id, key, message }: Omit<OutboxMessage, 'position'>) => {
    // Also if it was removed: a purge does not shorten the window.
    const known = messages.find((other) => other.id === id && scheduler.now() - other.at < DUPLICATES_MS)
    if (known) return { sequence: known.sequence, isDuplicate: true }
    const fact = readFact(JSON.parse(JSON.stringify(message)))
    const kept = { id, key, fact, sequence: messages.length + 1, at: scheduler.now(), isLost: false }
    messages.push(kept)
    for (const consumer of consumers.values()) if (consumer.hears(fact.type)) consumer.offer(kept)
    return { sequence: kept.sequence, isDuplicate: false }
  }

  /** The server may restart, with or without its messages. */
  const disturb = () => {
    if (faults.happens('the connection to the stream is lost', 'by all')) disconnects += 1
    if (faults.happens('the stream is wiped', `all ${messages.length}`)) {
      lose(messages)
      messages = []
      incarnation += 1
    }
    if (messages.length && faults.happens('the stream is cut', `of ${messages.length}`)) {
      const kept = random.below(messages.length)
      trace.log(() => `  the stream keeps ${kept}`)
      lose(messages.splice(kept))
    }
    if (messages.length && faults.happens('the stream is purged', `of ${messages.length}`)) {
      const purged = 1 + random.below(messages.length)
      trace.log(() => `  the oldest ${purged} are gone`)
      remove(messages.slice(0, purged))
    }
    if (messages.length && faults.happens('messages are deleted', `of ${messages.length}`)) {
      const deleted = messages.filter(() => random.chance(1 / 4))
      trace.log(() => `  gone are ${deleted.map(({ sequence }) => sequence).join(', ')}`)
      remove(deleted)
    }
  }
  const lose = (lost: Message[]) => {
    disconnects += 1
    remove(lost)
  }
  /** Later messages keep their sequences, and ids stay known as duplicates. */
  const remove = (removed: Message[]) => {
    for (const message of removed) message.isLost = true
  }
  const created = () => `incarnation ${incarnation}`
  const at = (sequence: number) => {
    const message = messages[sequence - 1]
    return message?.isLost ? undefined : message
  }
  const holds = (id: string, sequence: number) => isCopyOf(at(sequence)?.id, id)
  const firstSequence = () => messages.find(({ isLost }) => !isLost)?.sequence ?? messages.length + 1
  const deletedSequences = () =>
    messages.filter(({ isLost, sequence }) => isLost && sequence > firstSequence()).map(({ sequence }) => sequence)

  return {
    subscribe: (context: ContextName, hears: object) =>
      void consumers.set(context, consumerOf(tools, context, hears, disturb)),
    join: (replica: Replica) => consumers.get(replica.process.context)?.join(replica),
    /** By this a plant publishes uncommitted facts. */
    keep,
    holds,
    created,
    /** A fact that a context has not acknowledged, in words; null if there is none. */
    unsettled: (): string | null => {
      for (const { context, unsettled } of consumers.values()) {
        const fact = unsettled()
        if (fact) return `${context} has not heard ${fact.type}`
      }
      return null
    },
    /** The stream as the relay of one process sees it. */
    streamFor: (process: Process): FactsStream => ({
      disconnects: () => disconnects,
      publish: async (message) => {
        await process.step('publish')
        if (faults.happens('a publication is lost', process.name)) throw new Away('No answer from the stream.')
        const kept = keep(message)
        await process.step('hear that it is published')
        if (faults.happens("a publication's ack is lost", process.name)) throw new Away('No answer from the stream.')
        return { id: message.id, ...kept }
      },
      state: async () => {
        await process.step('look at the stream')
        const places = {
          firstSequence: firstSequence(),
          lastSequence: messages.length,
          deletedCount: deletedSequences().length,
        }
        return { created: created(), ...places, limits: { removing: [], refusing: [] }, filled: 0 }
      },
      deletedSequences: async () => {
        await process.step('look for deletedSequences')
        return deletedSequences()
      },
      idAt: async (sequence) => {
        await process.step('compare the stream')
        return at(sequence)?.id ?? null
      },
    }),
  }
}
