import type { LiveEntry } from '../../chassis/nats/live-entry.ts'
import type { Claims } from '../../chassis/signed-context.ts'

/** Where a subscriber goes on after a cut: behind this sequence, or (null) after a GAP from a new snapshot. */
export type Resume = number | null

/**
 * One thing to tell a subscriber. GAP: what was missed is not told one by one, SNAPSHOTs of how things stand follow.
 * `resume` is what the update's cursor holds: whoever goes on from it is told what it missed, each once, or GAP.
 */
export type Update =
  | { kind: 'SNAPSHOT' | 'CHANGE'; entry: LiveEntry; resume: Resume }
  | { kind: 'GAP'; entry: null; resume: Resume }

/** Who subscribes, and until when (ms since 1970; null: no token, or one without an end) the token is good. */
export type Subscriber = { claims: Claims; expiresAt: number | null; headers: Record<string, string> }

/** The client's side of one subscription, whatever the transport. */
export type Sink = {
  /** Takes the JSON text of one GraphQL result. */
  next(result: string): void
  /** Whether the client has taken what it was sent; while it has not, updates wait (and older ones are replaced). */
  isReady(): boolean
  /** The subscription is over: by itself, or for a reason that the client is told. */
  end(reason?: { message: string; code: string }): void
}

/** A running subscription: `drained` tells that the sink is ready again; `stop` leaves nothing behind, at once. */
export type Subscription = { drained(): void; stop(): void }
