/** A message in the outbox that the stream does not have yet. */
export type Unpublished = { position: number; id: string; subject: string; key: string; message: object }

/** Which message a stream keeps at a sequence; '' where it has no id. */
export type Kept = { id: string; sequence: number }

/** The same in the life of the stream that began at `created`. */
export type Place = Kept & { created: string }

/** The relay's side of an outbox. */
export type Outbox = {
  /** The oldest unpublished messages, in order. */
  unpublished(limit: number): Promise<Unpublished[]>
  /** Remembers where the stream keeps what it has acknowledged. */
  mark(places: { position: number; place: Place }[]): Promise<void>
}

/** What a stream has: the messages from `firstSequence` to `lastSequence`, without those at `holes`. */
export type Content = {
  created: string
  firstSequence: number
  lastSequence: number
  holes: readonly number[]
  /** Whether it has limits that remove messages. */
  isLimited: boolean
}

/** The outbox of facts: kept for ever, so that a fact can be said again. */
export type FactsOutbox = Outbox & {
  /** Of what the stream of this life is said to keep, the newest but `skip`; null where there is not so much. */
  newest(created: string, skip: number): Promise<Kept | null>
  /**
   * Makes unpublished again what the stream is said to keep and does not have; returns how many messages. A limited stream
   * would remove them again, and so on for ever: what was removed from it is published again once, and is let go the second
   * time, until the stream is no longer limited.
   */
  forgetLost(stream: Content): Promise<{ lost: number; letGo: number }>
}

/** The outbox of what is shown: a message leaves it by `mark`, and of all their places the newest is remembered. */
export type LiveOutbox = Outbox & {
  /** The newest place that is remembered; null: none yet. */
  place(): Promise<Place | null>
  /** Remembers this place in another life of the stream. */
  begin(place: Place): Promise<void>
}

/** The relay's side of a stream. */
export type Stream = {
  /**
   * Resolves once the stream has it on disk, with what stands there (it, or what makes it needless). The same id twice
   * within the stream's window is a duplicate, and not kept again, even where the first was removed meanwhile.
   */
  publish(message: Unpublished): Promise<Kept & { isDuplicate: boolean }>
  /** What it keeps: from `firstSequence` to `lastSequence`, without `removed` messages between. */
  state(): Promise<{ created: string; firstSequence: number; lastSequence: number; removed: number; limits: Limits }>
  /** The id of the message at this sequence, '' where it has none; null: there is no message. */
  idAt(sequence: number): Promise<string | null>
  /** How often the connection was lost: behind each loss may stand a server that has lost something too. */
  interruptions(): number
}

/** The limits of a stream that it was not made with, each as `name value`. */
export type Limits = {
  /** They remove messages. */
  removing: string[]
  /** They refuse messages when the stream is full. */
  refusing: string[]
}

/** The stream of facts. */
export type FactsStream = Stream & {
  /** The sequences between the first and the last that have no message any more. */
  holes(): Promise<number[]>
}

/** The stream of what is shown. */
export type LiveStream = Stream & {
  /**
   * Deletes the stream of this life and makes it anew, so that nobody goes on from a place in it; nothing where it has
   * begun anew already. Throws where another is just doing so.
   */
  renew(created: string): Promise<void>
}

/** The stream as it was when outbox and stream were last compared. */
export type Known = { created: string; interruptions: number; firstSequence: number; removed: number }

const BATCH = 256
/** Nothing more is begun after this, so that the relay's session, idle meanwhile, outlives the batch. */
const BATCH_MS = 3_000

/**
 * Publishes one batch, oldest first, and marks what was acknowledged. Keys go side by side; of one key never two are
 * on their way, since a failure between them would turn their order round. Returns how many were published; throws
 * after marking the rest where one could not be (it and its successors of that key stay for the next round). Marks
 * nothing that was acknowledged after the connection was lost since `known`: such a message may stand at the sequence of
 * a lost one, and would hide that it is lost.
 */
export async function relayBatch(outbox: Outbox, stream: Stream, known: Known, now = Date.now): Promise<number> {
  const byKey = Map.groupBy(await outbox.unpublished(BATCH), (message) => message.key)
  const acknowledged: { position: number; place: Place }[] = []
  const until = now() + BATCH_MS
  const publishInOrder = async (messages: Unpublished[]) => {
    for (const message of messages) {
      const kept = await publish(stream, message)
      if (stream.interruptions() !== known.interruptions)
        throw new Error('The connection to the stream was lost meanwhile.')
      acknowledged.push({ position: message.position, place: { ...kept, created: known.created } })
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
 * Publishes a message so that the stream has it: where it takes it for a duplicate of one that was removed, under another
 * id. Hearers know a fact by the id in its body, which stays the same.
 */
async function publish(stream: Stream, message: Unpublished): Promise<Kept> {
  for (let copy = 0; ; copy++) {
    const id = copy === 0 ? message.id : `${message.id}.${copy}`
    const { isDuplicate, ...kept } = await stream.publish({ ...message, id })
    if (!isDuplicate || (await stream.idAt(kept.sequence)) === id) return kept
  }
}

/** Whether a message of the stream is the one of this id, by whichever of its ids it was published. */
export const isCopyOf = (kept: string | null | undefined, id: string): boolean =>
  kept === id || (kept?.startsWith(`${id}.`) ?? false)

/** The stream as it is now, and how much of it was lost since it was looked at last. */
export type Compared = Known & { lost: number }

/** Of facts, how many were lost, and how many will not be published again while the stream has the limits it has. */
export type ComparedFacts = Compared & { letGo: number; limits: Limits }

/** Whether nothing was removed between: a sequence is never used again, so as many holes behind the same first are the same. */
const isSame = (one: Known, other: Known) =>
  one.created === other.created &&
  one.interruptions === other.interruptions &&
  one.firstSequence === other.firstSequence &&
  one.removed === other.removed

/**
 * Compares the outbox with the stream, and makes unpublished what the stream has lost: it was wiped or cut, or messages were
 * removed from it. Facts are kept for ever, so one that is missing is lost, wherever it stood. Costs a few short queries,
 * unless something has changed since `known`: then one for 10,000 messages that are missing in the middle.
 */
export async function reconcile(outbox: FactsOutbox, stream: FactsStream, known?: Known): Promise<ComparedFacts> {
  const interruptions = stream.interruptions()
  const { created, firstSequence, lastSequence, removed, limits } = await stream.state()
  const now: Known = { created, interruptions, firstSequence, removed }
  const isLimited = limits.removing.length > 0
  const holes = removed === 0 || (known && isSame(now, known)) ? [] : await stream.holes()
  let { lost, letGo } = await outbox.forgetLost({ created, firstSequence, lastSequence, holes, isLimited })
  // A cut stream goes on with the same sequences, maybe of others' messages: what is ours is told by its id. Going back
  // in doubled steps may say some again that were not lost, which is harmless.
  for (let skip = 0; ; skip = skip * 2 + 1) {
    const ours = await outbox.newest(created, skip)
    if (ours && !isCopyOf(await stream.idAt(ours.sequence), ours.id)) continue
    if (skip > 0) {
      const cut = { created, firstSequence, lastSequence: ours?.sequence ?? 0, holes: [], isLimited }
      const found = await outbox.forgetLost(cut)
      lost += found.lost
      letGo += found.letGo
    }
    return { ...now, lost, letGo, limits }
  }
}

/**
 * Makes the stream of what is shown anew where it lacks what it has acknowledged (a power cut, a restored backup) or what
 * is gone from the middle of it (an operator's purge). Its messages are not kept here to be said again, and the
 * subscribers' cursors do not tell that other messages stand at their sequences now: a new life of the stream tells them
 * all. What retention removed from the front is no loss: the first sequence tells of it.
 */
export async function renewCut(outbox: LiveOutbox, stream: LiveStream): Promise<Compared> {
  const interruptions = stream.interruptions()
  const place = await outbox.place()
  // Before the state: if retention has removed it in this moment, the first sequence tells so.
  const isThere = !place || place.sequence === 0 || (await stream.idAt(place.sequence)) === place.id
  const { created, firstSequence, lastSequence, removed } = await stream.state()
  const now: Known = { created, interruptions, firstSequence, removed }
  if (place?.created !== created) {
    // Whoever's message is the last: that it is there is known, and is to stay so until ours come.
    await outbox.begin({ created, sequence: lastSequence, id: (await stream.idAt(lastSequence)) ?? '' })
    return { ...now, lost: 0 }
  }
  const isCut = !isThere && place.sequence >= firstSequence
  if (!isCut && removed === 0) return { ...now, lost: 0 }
  await stream.renew(created)
  const renewed = await renewCut(outbox, stream)
  return { ...renewed, lost: renewed.lost + 1 }
}
