import type { Plant } from '../plant.ts'

/** Rules about publishing and consuming facts, and about delivering live states. */
export const messages = {
  /** Facts are on the stream when they are said, whatever becomes of the transaction. */
  'publish-before-commit': {
    all: (transact, past) => (cause, work) =>
      transact(cause, (tx) =>
        work({
          ...tx,
          say: (facts) => {
            for (const fact of facts) past.say(fact, cause)
            tx.say(facts)
          },
        }),
      ),
  },

  /** The relay marks what it is going to publish. */
  'mark-before-ack': {
    outbox: (outbox, stream) => ({
      ...outbox,
      unpublished: async (limit) => {
        const messages = await outbox.unpublished(limit)
        const { created } = await stream.state()
        await outbox.mark(messages.map(({ position, id }) => ({ position, location: { id, sequence: 0, created } })))
        return messages
      },
      mark: async () => {},
    }),
  },

  /** A fact is acknowledged before its effect is committed. */
  'ack-before-commit': { acksFirst: true },

  /** A fact is taken for heard, whether or not the transaction commits. */
  'inbox-before-commit': {
    all: (transact) => async (cause, work) => {
      const isFirst = await transact(cause, (tx) => tx.recordInInbox(cause))
      return transact(cause, (tx) => work({ ...tx, recordInInbox: async () => isFirst }))
    },
  },

  /** Every hearing is the first. */
  'no-inbox': {
    all: (transact) => (cause, work) => transact(cause, (tx) => work({ ...tx, recordInInbox: async () => true })),
  },

  /** What the stream has lost is not said again. */
  'no-reconcile': { neverReconciles: true },

  /** What is gone from the beginning of the stream is taken for what nobody needs any more. */
  'purge-is-retention': {
    outbox: (outbox) => ({
      ...outbox,
      requeueLost: (content) => outbox.requeueLost({ ...content, firstSequence: 1 }),
    }),
  },

  /** Only the ends of the stream are looked at. */
  'deletedSequences-are-kept': { stream: (stream) => ({ ...stream, deletedSequences: async () => [] }) },

  /** A duplicate is taken for kept, though the message that it repeats was removed. */
  'duplicates-are-kept': {
    stream: (stream) => ({
      ...stream,
      publish: async (message) => ({ ...(await stream.publish(message)), isDuplicate: false }),
    }),
  },

  /** Changes are kept, and nobody is shown them. */
  'nothing-shown': { all: (transact) => (cause, work) => transact(cause, (tx) => work({ ...tx, show: () => {} })) },

  /** Every change is shown twice. */
  'shown-twice': {
    all: (transact) => (cause, work) =>
      transact(cause, (tx) =>
        work({
          ...tx,
          show: (shown) => {
            tx.show(shown)
            tx.show(shown)
          },
        }),
      ),
  },

  /** Changes are shown when they are made, whatever becomes of the transaction. */
  'show-before-commit': {
    all: (transact, past) => (cause, work) =>
      transact(cause, (tx) =>
        work({
          ...tx,
          show: (shown) => {
            past.show(shown)
            tx.show(shown)
          },
        }),
      ),
  },
} satisfies { [name: string]: Plant }
