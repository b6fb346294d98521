/** A message in the outbox that the stream does not have yet. */
export type Unpublished = { position: number; id: string; subject: string; key: string; message: object }

/** Where the stream keeps a message: its sequence, in the life of the stream that began at `created`. */
export type Place = { sequence: number; created: string }

/** The relay's side of the outbox. */
export type Outbox = {
  /** The oldest unpublished messages, in order. */
  unpublished(limit: number): Promise<Unpublished[]>
  /** Remembers what the stream has acknowledged. */
  mark(places: { position: number; place: Place }[]): Promise<void>
  /** Makes everything unpublished again that the stream, as it is now, can't have; returns how many. */
  forgetLost(stream: { created: string; lastSequence: number }): Promise<number>
}

/** The relay's side of the stream. */
export type Stream = {
  /** Resolves once the stream has it on disk; the same id twice within two minutes is kept once. */
  publish(message: Unpublished): Promise<{ sequence: number }>
  state(): Promise<{ created: string; lastSequence: number }>
}

const BATCH = 256

/**
 * Publishes one batch, oldest first, and marks what was acknowledged. Keys go side by side; of one key never two are
 * on their way, since a failure between them would turn their order round. Returns how many were published; throws
 * after marking the rest where one could not be (it and its successors of that key stay for the next round).
 */
export async function relayBatch(outbox: Outbox, stream: Stream, created: string): Promise<number> {
  const byKey = Map.groupBy(await outbox.unpublished(BATCH), (message) => message.key)
  const acknowledged: { position: number; place: Place }[] = []
  const publishInOrder = async (messages: Unpublished[]) => {
    for (const message of messages) {
      const { sequence } = await stream.publish(message)
      acknowledged.push({ position: message.position, place: { sequence, created } })
    }
  }
  const outcomes = await Promise.allSettled([...byKey.values()].map(publishInOrder))
  if (acknowledged.length) await outbox.mark(acknowledged)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  return acknowledged.length
}

/**
 * Compares the outbox with the stream and makes unpublished what a wiped or power-cut stream has lost. Returns the
 * stream's `created`, to be passed to `relayBatch`, and how many were lost.
 */
export async function reconcile(outbox: Outbox, stream: Stream): Promise<{ created: string; lost: number }> {
  const state = await stream.state()
  return { created: state.created, lost: await outbox.forgetLost(state) }
}
