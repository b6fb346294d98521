import { type FactsStream, isCopyOf, type MessageName, type OutboxMessage } from '../../chassis/relay.ts'
import { readFact } from '../../schema/events/facts.ts'
import { type BusTools, type Consumer, createConsumer, type Message, type Replica } from './consumer.ts'
import { TransientError } from './faults.ts'
import type { ContextName } from './plan.ts'
import type { Process } from './process.ts'
import type { Trace } from './trace.ts'

/** JetStream's window in which it recognizes duplicates. */
const DUPLICATE_WINDOW_MS = 120_000

export type Bus = ReturnType<typeof createBus>

/** A durable consumer and the facts that it gets, once it has begun. */
type Subscription = { consumer: Consumer; facts: ReadonlySet<string>; hasBegun: boolean }

/**
 * NATS JetStream as the contexts see it: one stream, and the durable consumers of each context. The later ones
 * (schema/events/facts.ts) begin when the stream has had `laterAfter` messages, with the first that it still has.
 */
export function createBus(tools: BusTools, trace: Trace, laterAfter: number) {
  const { scheduler, random, faults } = tools
  let incarnation = 1
  let messages: Message[] = []
  /** The latest message of each id. */
  const byId = new Map<string, Message>()
  let disconnects = 0
  const subscriptions: Subscription[] = []
  let published = 0

  const append = ({ id, subject, key, message }: Omit<OutboxMessage, 'position'>) => {
    // Removed messages count, too: a purge does not shorten the window.
    const original = byId.get(id)
    if (original && scheduler.now() - original.at < DUPLICATE_WINDOW_MS)
      return { sequence: original.sequence, isDuplicate: true }
    const fact = readFact(JSON.parse(JSON.stringify(message)))
    const kept = { id, subject, key, fact, sequence: messages.length + 1, at: scheduler.now(), isLost: false }
    messages.push(kept)
    byId.set(id, kept)
    for (const { consumer, facts, hasBegun } of subscriptions)
      if (hasBegun && facts.has(fact.type)) consumer.enqueue(kept)
    if (++published === laterAfter) beginLater()
    return { sequence: kept.sequence, isDuplicate: false }
  }

  const beginLater = () => {
    for (const subscription of subscriptions.filter(({ hasBegun }) => !hasBegun)) {
      subscription.hasBegun = true
      const backlog = tools.laterFromEnd ? [] : messages.filter(({ isLost }) => !isLost)
      for (const message of backlog)
        if (subscription.facts.has(message.fact.type)) subscription.consumer.enqueue(message)
    }
  }

  /** The server may lose connections or messages. */
  const disrupt = () => {
    if (faults.happens('the connection to the stream is lost', 'by all')) disconnects += 1
    if (faults.happens('the stream is wiped', `all ${messages.length}`)) {
      lose(messages)
      messages = []
      incarnation += 1
    }
    if (messages.length && faults.happens('the stream is cut', `of ${messages.length}`)) {
      const kept = random.below(messages.length)
      trace.log(() => `  the stream keeps the first ${kept}`)
      lose(messages.splice(kept))
    }
    if (messages.length && faults.happens('the stream is purged', `of ${messages.length}`)) {
      const purged = 1 + random.below(messages.length)
      trace.log(() => `  the oldest ${purged} are purged`)
      remove(messages.slice(0, purged))
    }
    if (messages.length && faults.happens('messages are deleted', `of ${messages.length}`)) {
      const deleted = messages.filter(() => random.chance(1 / 4))
      trace.log(() => `  deleted: ${deleted.map(({ sequence }) => sequence).join(', ')}`)
      remove(deleted)
    }
  }
  const lose = (lost: Message[]) => {
    disconnects += 1
    for (const { id } of lost) byId.delete(id)
    remove(lost)
  }
  /** Later messages keep their sequences, and the removed ids are still recognized as duplicates. */
  const remove = (removed: Message[]) => {
    for (const message of removed) message.isLost = true
  }
  const created = () => `incarnation ${incarnation}`
  const messageAt = (sequence: number) => {
    const message = messages[sequence - 1]
    return message?.isLost ? undefined : message
  }
  const contains = (message: MessageName, sequence: number) => isCopyOf(messageAt(sequence), message)
  const firstSequence = () => messages.find(({ isLost }) => !isLost)?.sequence ?? messages.length + 1
  const deletedSequences = () =>
    messages.filter(({ isLost, sequence }) => isLost && sequence > firstSequence()).map(({ sequence }) => sequence)

  return {
    subscribe: (context: ContextName, facts: readonly string[], isLater: boolean): void => {
      const hasBegun = !isLater || laterAfter === 0
      subscriptions.push({ consumer: createConsumer(tools, context, disrupt), facts: new Set(facts), hasBegun })
    },
    /** Begins the later consumers that have not begun. */
    beginLater,
    join: (replica: Replica): void => {
      for (const { consumer } of subscriptions) if (consumer.context === replica.process.context) consumer.join(replica)
    },
    /** Plants publish uncommitted facts by it. */
    append,
    contains,
    created,
    /** Describes a fact that a context has not acknowledged; null if there is none. */
    unacknowledged: (): string | null => {
      for (const { consumer } of subscriptions) {
        const fact = consumer.unacknowledged()
        if (fact) return `${consumer.context} has not acknowledged ${fact.type}`
      }
      return null
    },
    /** The stream as the relay of one process sees it. */
    streamFor: (process: Process): FactsStream => ({
      disconnects: () => disconnects,
      publish: async (message) => {
        await process.step('publish')
        if (faults.happens('a publication is lost', process.name))
          throw new TransientError('No answer from the stream.')
        const kept = append(message)
        await process.step("receive the publication's ack")
        if (faults.happens("a publication's ack is lost", process.name))
          throw new TransientError('No answer from the stream.')
        return { id: message.id, ...kept }
      },
      state: async () => {
        await process.step("read the stream's state")
        const places = {
          firstSequence: firstSequence(),
          lastSequence: messages.length,
          deletedCount: deletedSequences().length,
        }
        return { created: created(), ...places, limits: { removing: [], refusing: [] }, filled: 0 }
      },
      deletedSequences: async () => {
        await process.step('read the deleted sequences')
        return deletedSequences()
      },
      messageAt: async (sequence) => {
        await process.step('read a message of the stream')
        return messageAt(sequence) ?? null
      },
    }),
  }
}
