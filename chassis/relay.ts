/** An unpublished row of an outbox. Messages of one `key` are published in order of `position`. */
export type OutboxMessage = { position: number; id: string; subject: string; key: string; message: object }

/** A message that a stream stores; `id` is '' if it was published without one. */
export type StoredMessage = { id: string; sequence: number }

/**
 * The same, in one incarnation of the stream: the time of creation, `created`, tells a stream from an earlier one of the same
 * name, whose sequences also began at 1.
 */
export type StreamLocation = StoredMessage & { created: string }

/** The relay's side of an outbox. */
export type Outbox = {
  /** The oldest unpublished messages, in order. */
  unpublished(limit: number): Promise<OutboxMessage[]>
  /** Records where the stream stores the acknowledged messages. */
  mark(published: { position: number; location: StreamLocation }[]): Promise<void>
}

/** The messages that a stream stores: those from `firstSequence` to `lastSequence` except `deletedSequences`. */
export type StreamContents = {
  created: string
  firstSequence: number
  lastSequence: number
  deletedSequences: readonly number[]
  /** Whether the stream has limits that remove messages. */
  isLimited: boolean
}

/** The outbox of facts. Its rows are kept for ever, so that a fact can be published again. */
export type FactsOutbox = Outbox & {
  /** The newest message recorded as stored in this incarnation, after skipping `skip` newer ones; null if there is none. */
  newest(created: string, skip: number): Promise<(StoredMessage & { subject: string }) | null>
  /**
   * Marks messages as unpublished that are recorded as stored but are not in the stream; returns their number. A limited
   * stream would remove them again and again, so a message that its limits removed is published again only once. After that
   * it is withheld until the stream has no such limits.
   */
  requeueLost(contents: StreamContents): Promise<{ lost: number; withheld: number }>
}

/** The outbox of live states. `mark` deletes the messages, and keeps only the newest of their locations. */
export type LiveOutbox = Outbox & {
  /** The newest recorded location; null if there is none. */
  newestLocation(): Promise<StreamLocation | null>
  /** Records this location, in another incarnation of the stream, in its place. */
  setNewestLocation(location: StreamLocation): Promise<void>
}

/** The relay's side of a stream. */
export type Stream = {
  /**
   * Resolves once the stream has stored the message, or has a message that makes it superfluous, which is then returned. An id
   * published before within the stream's duplicate window is not stored again, even if the first message was deleted since.
   */
  publish(message: OutboxMessage): Promise<StoredMessage & { isDuplicate: boolean }>
  /** What it stores: `firstSequence` to `lastSequence`, of which `deletedCount` in between are deleted. */
  state(): Promise<StreamState>
  /** The message at this sequence, its id '' if it has none; null if there is no message. */
  messageAt(sequence: number): Promise<MessageName | null>
  /** How often the connection was lost. Each time, the server may have lost messages too. */
  disconnects(): number
}

/**
 * What tells a message from others: an id alone does not, because another context may publish under it. It may do so on its own
 * subjects only.
 */
export type MessageName = { id: string; subject: string }

export type StreamState = {
  created: string
  firstSequence: number
  lastSequence: number
  deletedCount: number
  limits: Limits
  /** How much of its limits it has used: 1 when it is full, 0 if it has none. */
  filled: number
}

/** From here on a stream counts as nearly full, which an operator is told. */
export const NEARLY_FULL = 0.8

/** A stream's limits that an operator has set, each as `name value`. */
export type Limits = {
  /** Those that remove messages. */
  removing: string[]
  /** Those that refuse messages when the stream is full. */
  refusing: string[]
}

/** The stream of facts. */
export type FactsStream = Stream & {
  /** The sequences between the first and the last whose messages were deleted. */
  deletedSequences(): Promise<number[]>
}

/** The stream of live states. */
export type LiveStream = Stream & {
  /**
   * Has this incarnation of the stream deleted and another created, so that no subscriber resumes from a position in the old
   * one. Does nothing if it was already created anew; throws if nobody does it in time.
   */
  recreate(created: string): Promise<void>
}

/** The stream's state when outbox and stream were last compared. */
export type Checkpoint = { created: string; disconnects: number; firstSequence: number; deletedCount: number }

const BATCH = 256
/** No message is published later in a batch, whose time is idle time for the relay's database session. */
const BATCH_MS = 3_000

/**
 * Publishes one batch, oldest first, and marks the acknowledged messages; returns their number. Different keys are published
 * concurrently, one key's messages one at a time, since a failure between two in flight would reverse their order. If a
 * message fails, it and its key's later messages stay unpublished, the rest is marked, and the error is thrown. Messages
 * acknowledged after a loss of the connection since `checkpoint` are not marked: the stream may have stored them at the
 * sequences of messages it lost, which would hide the loss.
 */
export async function relayBatch(
  outbox: Outbox,
  stream: Stream,
  checkpoint: Checkpoint,
  now = Date.now,
): Promise<number> {
  const byKey = Map.groupBy(await outbox.unpublished(BATCH), (message) => message.key)
  const acknowledged: { position: number; location: StreamLocation }[] = []
  const until = now() + BATCH_MS
  const publishInOrder = async (messages: OutboxMessage[]) => {
    for (const message of messages) {
      const stored = await publish(stream, message)
      if (stream.disconnects() !== checkpoint.disconnects)
        throw new Error('The connection to the stream was lost meanwhile.')
      acknowledged.push({ position: message.position, location: { ...stored, created: checkpoint.created } })
      if (now() > until) return
    }
  }
  const outcomes = await Promise.allSettled([...byKey.values()].map(publishInOrder))
  if (acknowledged.length) await outbox.mark(acknowledged)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  return acknowledged.length
}

/**
 * Publishes a message so that the stream has it. If the stream takes it for a duplicate of a deleted message, it is published
 * under another message id; so it is if another context has published something under its id. Consumers identify a fact by the
 * id in its body, which stays the same.
 */
async function publish(stream: Stream, message: OutboxMessage): Promise<StoredMessage> {
  for (let copy = 0; ; copy++) {
    const id = copy === 0 ? message.id : `${message.id}.${copy}`
    const { isDuplicate, ...stored } = await stream.publish({ ...message, id })
    if (!isDuplicate) return stored
    const original = await stream.messageAt(stored.sequence)
    if (original?.id === id && original.subject === message.subject) return stored
  }
}

/** Whether a stored message is this one, or one as which `publish` published it again. */
export const isCopyOf = (stored: MessageName | null | undefined, { id, subject }: MessageName): boolean =>
  stored?.subject === subject && (stored.id === id || stored.id.startsWith(`${id}.`))

/** The stream's present state, and how many messages were lost since the last comparison. */
export type Comparison = Checkpoint & { lost: number }

/** `withheld`: how many facts will not be published again while the stream has its present `limits`. */
export type FactsComparison = Comparison & { withheld: number; limits: Limits; filled: number }

/** Whether nothing was deleted in between. Sequences are not reused, so equal counts after an equal first are the same set. */
const isSame = (one: Checkpoint, other: Checkpoint) =>
  one.created === other.created &&
  one.disconnects === other.disconnects &&
  one.firstSequence === other.firstSequence &&
  one.deletedCount === other.deletedCount

/**
 * Compares the outbox with the stream, and marks as unpublished the facts that the stream has lost: it was wiped or truncated,
 * or messages were deleted. Takes a few short queries; if messages were deleted since `checkpoint`, also one query per
 * 10,000 of them.
 */
export async function reconcile(
  outbox: FactsOutbox,
  stream: FactsStream,
  checkpoint?: Checkpoint,
): Promise<FactsComparison> {
  const disconnects = stream.disconnects()
  const { created, firstSequence, lastSequence, deletedCount, limits, filled } = await stream.state()
  const now: Checkpoint = { created, disconnects, firstSequence, deletedCount }
  const isLimited = limits.removing.length > 0
  const hasNewDeletions = deletedCount > 0 && !(checkpoint && isSame(now, checkpoint))
  const deletedSequences = hasNewDeletions ? await stream.deletedSequences() : []
  const contents = { created, firstSequence, lastSequence, deletedSequences, isLimited }
  let { lost, withheld } = await outbox.requeueLost(contents)
  // A truncated stream reuses the lost sequences, maybe for other contexts' messages, so the messages are compared. Going back in
  // doubled steps may publish some messages again that were not lost, which is harmless.
  for (let skip = 0; ; skip = skip * 2 + 1) {
    const ours = await outbox.newest(created, skip)
    if (ours && !isCopyOf(await stream.messageAt(ours.sequence), ours)) continue
    if (skip > 0) {
      const truncated = { ...contents, lastSequence: ours?.sequence ?? 0, deletedSequences: [] }
      const found = await outbox.requeueLost(truncated)
      lost += found.lost
      withheld += found.withheld
    }
    return { ...now, lost, withheld, limits, filled }
  }
}

/**
 * Creates the stream of live states anew if it lacks messages that it acknowledged (a power cut, a restored backup) or messages
 * in its middle (an operator's purge). The outbox does not keep published states, so they can't be published again; and
 * subscribers' cursors can't tell that other messages now have their sequences. A new incarnation invalidates every cursor.
 * Messages that retention removed at the front are no loss: the first sequence shows that.
 */
export async function recreateAfterLoss(outbox: LiveOutbox, stream: LiveStream): Promise<Comparison> {
  const disconnects = stream.disconnects()
  const newest = await outbox.newestLocation()
  // Read before the state: if retention removes the message in between, the first sequence shows it.
  const isStored = !newest || newest.sequence === 0 || (await stream.messageAt(newest.sequence))?.id === newest.id
  const { created, firstSequence, lastSequence, deletedCount } = await stream.state()
  const now: Checkpoint = { created, disconnects, firstSequence, deletedCount }
  if (newest?.created !== created) {
    // The last message, whichever context's it is, serves as the reference until this context publishes one.
    await outbox.setNewestLocation({
      created,
      sequence: lastSequence,
      id: (await stream.messageAt(lastSequence))?.id ?? '',
    })
    return { ...now, lost: 0 }
  }
  const isTruncated = !isStored && newest.sequence >= firstSequence
  if (!isTruncated && deletedCount === 0) return { ...now, lost: 0 }
  await stream.recreate(created)
  const comparison = await recreateAfterLoss(outbox, stream)
  return { ...comparison, lost: comparison.lost + 1 }
}
