import type { Plant } from '../plant.ts'

/** Mistakes in publishing and consuming facts, and in delivering live states. */
export const messages = {
  /** Facts are published before the transaction commits. */
  'publish-before-commit': {
    all: (transact, uncommitted) => (cause, work) =>
      transact(cause, (tx) =>
        work({
          ...tx,
          say: (facts) => {
            for (const fact of facts) uncommitted.say(fact, cause)
            tx.say(facts)
          },
        }),
      ),
  },

  /** The relay marks messages as published before it publishes them. */
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

  /** A consumer of what a release begins to hear does not get the facts that were published before. */
  'later-consumer-from-the-end': { laterFromEnd: true },

  /** The inbox records a fact before the transaction commits. */
  'inbox-before-commit': {
    all: (transact) => async (cause, work) => {
      const isFirst = await transact(cause, (tx) => tx.recordInInbox({ id: cause, type: 'Any' }))
      return transact(cause, (tx) => work({ ...tx, recordInInbox: async () => isFirst }))
    },
  },

  /** The inbox treats every delivery of a fact as the first. */
  'no-inbox': {
    all: (transact) => (cause, work) => transact(cause, (tx) => work({ ...tx, recordInInbox: async () => true })),
  },

  /** Messages that the stream has lost are not published again. */
  'no-reconcile': { neverReconciles: true },

  /** Messages missing at the beginning of the stream are taken for expired ones, and are not published again. */
  'purge-is-retention': {
    outbox: (outbox) => ({
      ...outbox,
      requeueLost: (content) => outbox.requeueLost({ ...content, firstSequence: 1 }),
    }),
  },

  /** The relay checks the stream's first and last sequence, but not for messages deleted in between. */
  'deleted-messages-ignored': { stream: (stream) => ({ ...stream, deletedSequences: async () => [] }) },

  /** The relay treats a duplicate as stored, though the stream has removed the original. */
  'duplicates-counted-as-stored': {
    stream: (stream) => ({
      ...stream,
      publish: async (message) => ({ ...(await stream.publish(message)), isDuplicate: false }),
    }),
  },

  /** Changes are saved, but their live states are not published. */
  'live-states-unpublished': {
    all: (transact) => (cause, work) => transact(cause, (tx) => work({ ...tx, show: () => {} })),
  },

  /** Each live state is published twice. */
  'live-states-published-twice': {
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

  /** Live states are published before the transaction commits. */
  'publish-live-states-before-commit': {
    all: (transact, uncommitted) => (cause, work) =>
      transact(cause, (tx) =>
        work({
          ...tx,
          show: (shown) => {
            uncommitted.show(shown)
            tx.show(shown)
          },
        }),
      ),
  },
} satisfies { [name: string]: Plant }
