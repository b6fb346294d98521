import type { LiveEntry } from '../../chassis/nats/live-entry.ts'
import type { ErrorCode } from '../errors.ts'
import type { RevocableToken } from '../identity/revocations.ts'
import type { Caller } from '../operation.ts'

/** Where a subscriber resumes after a disconnection: after this sequence, or (null) with a GAP and a new snapshot. */
export type Resume = number | null

/**
 * One update for a subscriber. GAP means that what it got before may be out of date: SNAPSHOTs of everything that is open
 * follow. A SNAPSHOT elsewhere stands for the changes that it was too slow for. The update's cursor contains `resume`: a
 * subscriber that resumes there gets each missed change once, or a GAP.
 */
export type Update =
  | { kind: 'SNAPSHOT' | 'CHANGE'; entry: LiveEntry; resume: Resume }
  | { kind: 'GAP'; entry: null; resume: Resume }

/**
 * The caller on a live connection. `expiresAt` is the end of its token in ms since 1970, null without a token or an end;
 * `revocable` is there if the token may be revoked before; `tokenHint` says to a caller without a token where it belongs.
 */
export type LiveCaller = Caller & { expiresAt: number | null; revocable?: RevocableToken; tokenHint?: string }

/** The client's side of one subscription, whatever the transport. */
export type Sink = {
  /** Sends the JSON text of one GraphQL result. */
  next(result: string): void
  /** Whether the client keeps up. While it does not, updates wait, and newer ones replace older ones. */
  isReady(): boolean
  /** Ends the subscription; the client gets the reason as an error. */
  end(reason?: { message: string; code: ErrorCode }): void
}

/** A running subscription. `drained` is called when the sink is ready again; `stop` ends the subscription at once. */
export type Subscription = { drained(): void; stop(): void }
