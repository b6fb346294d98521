/**
 * What the subscribers of a feed are shown of one entity, as it travels on the stream LIVE: never a difference, always the
 * whole of what the owning context shows.
 */
export type LiveMessage = {
  /** Grows with every change of the entity, so that a state seen before is known as such. */
  revision: number
  /** Whether a new subscriber is shown it: something is still to come of it. */
  open: boolean
  /**
   * The payload's fields beside `kind` and `cursor`, by their GraphQL names, leaves as they travel: `{ entry: { id, … } }`.
   * Entities of other contexts stand here by their key, abstract ones with `__typename`. What is not here is asked of the
   * owner when a subscriber wants it.
   */
  state: Record<string, unknown>
  /** A subject on which the same change is told too, more fully: who hears that does not need this. */
  elsewhere?: string
}

/** Where a message stands: the feed, whose it is, and (last) which entity it shows. Values are made safe for a subject. */
export const liveSubject = (feed: string, ...tokens: string[]): string =>
  ['live', feed, ...tokens.map(subjectToken)].join('.')

/** A value as one token of a subject: no dot, wildcard or space of it is one of the subject's. */
export const subjectToken = (value: string): string =>
  encodeURIComponent(value).replace(/[.*]/g, (character) => (character === '.' ? '%2E' : '%2A'))

/** Asked of an owner where LIVE may not have all open entities any more: the states of those that match. */
export type SnapshotRequest = {
  /** A subject with `*` for whatever was not named: `live.my-page.<user>.*`. */
  pattern: string
  /** The `next` of the page before. */
  after?: string
}

/**
 * A state as its owner has it. `inFlight`: its last message may not be in LIVE yet (it is in the outbox still; looked at
 * after the state was read). It will come by itself, and is not to be shown twice.
 */
export type LiveState = LiveMessage & { subject: string; inFlight?: boolean }

/** One page of the owner's states; those of open entities, and of a named one in any state. */
export type SnapshotAnswer = {
  states: LiveState[]
  next: string | null
}

/** The NATS subject on which the owner of a feed is asked for states. */
export const snapshotSubject = (feed: string): string => `snapshot.${feed}`
