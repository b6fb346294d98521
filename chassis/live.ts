/**
 * The state of one entity, as it is published on the stream LIVE: never a difference, always everything that the owning
 * context delivers.
 */
export type LiveMessage = {
  /** Grows with every change of the entity, so that a state delivered before can be recognized. */
  revision: number
  /** Whether further changes are expected. A new subscriber's snapshot has open entities only. */
  open: boolean
  /**
   * The payload's fields except `kind` and `cursor`, by their GraphQL names, with serialized leaf values:
   * `{ entry: { id, … } }`. Entities of other contexts are here by their key, values of abstract types with
   * `__typename`. The router fetches further selected fields from the owning subgraphs.
   */
  state: Record<string, unknown>
  /** A subject on which the same change is published with more fields: its subscribers do not need this message. */
  elsewhere?: string
}

/** A message's subject: the feed, the audience and, last, the entity. Values are escaped as `subjectToken` does. */
export const liveSubject = (feed: string, ...tokens: string[]): string =>
  ['live', feed, ...tokens.map(subjectToken)].join('.')

/** A value as one token of a subject: dots, wildcards and spaces are percent-encoded. */
export const subjectToken = (value: string): string =>
  encodeURIComponent(value).replace(/[.*]/g, (character) => (character === '.' ? '%2E' : '%2A'))

/** A request to a feed's owner for entities' states, made when LIVE may no longer have every open entity. */
export type SnapshotRequest = {
  /** A subject with `*` for each token that may be anything: `live.my-page.<user>.*`. */
  pattern: string
  /** The `next` of the previous page. */
  after?: string
}

/**
 * An entity's present state. `inFlight`: its last message was still in the outbox after the state was read. It will be
 * published on LIVE, and must not be delivered twice.
 */
export type LiveState = LiveMessage & { subject: string; inFlight?: boolean }

/** One page of states: those of open entities, or of one named entity whether it is open or not. */
export type SnapshotAnswer = {
  states: LiveState[]
  next: string | null
}

/** The NATS subject on which a feed's owner serves snapshot requests. */
export const snapshotSubject = (feed: string): string => `snapshot.${feed}`
