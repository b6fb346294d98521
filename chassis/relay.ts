/** A message in the outbox that the stream does not have yet. */
export type Unpublished = { position: number; id: string; subject: string; key: string; message: object }

/** Where the stream keeps a message: its sequence, in the life of the stream that began at `created`. */
export type Place = { sequence: number; created: string }

/** The relay's side of the outbox. */
export type Outbox = {
  /** The oldest unpublished messages, in order. */
  unpublished(limit: number): Promise<Unpublished[]>
  /** Remembers what the stream has acknowledged (or forgets the message: what is shown is not kept). */
  mark(places: { position: number; place: Place }[]): Promise<void>
  /** Of what the stream of this life is said to keep, the newest but `skip`; null where there is not so much. */
  newest(created: string, skip: number): Promise<{ id: string; sequence: number } | null>
  /** Makes unpublished again what was kept in another life of the stream, or behind `lastSequence`; returns how many. */
  forgetLost(stream: { created: string; lastSequence: number }): Promise<number>
}

/** The relay's side of the stream. */
export type Stream = {
  /** Resolves once the stream has it on disk; the same id twice within the stream's window is kept once. */
  publish(message: Unpublished): Promise<{ sequence: number }>
  /** What it keeps: from `firstSequence` (retention removes the oldest) to `lastSequence`. */
  state(): Promise<{ created: string; firstSequence: number; lastSequence: number }>
  /** Whether it keeps this very message at this sequence. */
  holds(message: { id: string; sequence: number }): Promise<boolean>
  /** How often the connection was lost: behind each loss may stand a server that has lost something too. */
  interruptions(): number
}

/** The stream as it was when outbox and stream were last compared. */
export type Known = { created: string; interruptions: number }

const BATCH = 256
/** Nothing more is begun after this, so that the relay's session, idle meanwhile, outlives the batch. */
const BATCH_MS = 3_000

/**
 * Publishes one batch, oldest first, and marks what was acknowledged. Keys go side by side; of one key never two are
 * on their way, since a failure between them would turn their order round. Returns how many were published; throws
 * after marking the rest where one could not be (it and its successors of that key stay for the next round). Marks
 * nothing where the connection was lost since `known`: those messages may stand at sequences of lost ones, and would
 * hide that they are lost.
 */
export async function relayBatch(outbox: Outbox, stream: Stream, known: Known, now = Date.now): Promise<number> {
  const byKey = Map.groupBy(await outbox.unpublished(BATCH), (message) => message.key)
  const acknowledged: { position: number; place: Place }[] = []
  const until = now() + BATCH_MS
  const publishInOrder = async (messages: Unpublished[]) => {
    for (const message of messages) {
      const { sequence } = await stream.publish(message)
      acknowledged.push({ position: message.position, place: { sequence, created: known.created } })
      if (now() > until) return
    }
  }
  const outcomes = await Promise.allSettled([...byKey.values()].map(publishInOrder))
  if (stream.interruptions() !== known.interruptions)
    throw new Error('The connection to the stream was lost meanwhile.')
  if (acknowledged.length) await outbox.mark(acknowledged)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  return acknowledged.length
}

/**
 * Compares the outbox with the stream, and makes unpublished what a wiped or cut stream has lost (what retention
 * removed is not lost). Returns the stream as it is, for `relayBatch`, and how many were lost.
 */
export async function reconcile(outbox: Outbox, stream: Stream): Promise<Known & { lost: number }> {
  const interruptions = stream.interruptions()
  const { created, firstSequence, lastSequence } = await stream.state()
  let lost = await outbox.forgetLost({ created, lastSequence })
  // A cut stream goes on with the same sequences, maybe of others' messages: what is ours is told by its id. Going back
  // in doubled steps may say some again that were not lost, which is harmless.
  for (let skip = 0; ; skip = skip * 2 + 1) {
    const ours = await outbox.newest(created, skip)
    if (ours && ours.sequence >= firstSequence && !(await stream.holds(ours))) continue
    const held = Math.max(ours?.sequence ?? 0, firstSequence - 1)
    if (skip > 0) lost += await outbox.forgetLost({ created, lastSequence: held })
    return { created, interruptions, lost }
  }
}
