import { type LiveMessage, liveSubject } from './live.ts'

/** A fact as a domain function returns it: its type and its data. */
export type Said = { type: string; data: object }

/** A fact as it is published; golden samples are in schema/events/samples. */
export type Envelope = Said & {
  id: string
  version: number
  /** RFC 3339, UTC. */
  occurredAt: string
  /** The order's id, or the item's, store's or user's if the fact is about no order. It is in every log line and trace. */
  correlationId: string
  /** The id of the fact or command that led to it. */
  causationId: string
}

/** The rows of one kind that a transaction may read and change. A row is plain data; callers get and give copies. */
export type Table<Row extends { id: string }> = {
  find(id: string): Promise<Row | null>
  /** The existing rows among `ids`, sorted by id; one query. */
  findAll(ids: readonly string[]): Promise<Row[]>
  /** The existing rows among `ids`, locked until the transaction ends; sorted by id, so that two callers never deadlock. */
  lock(ids: readonly string[]): Promise<Row[]>
  /** Inserts a new row, or updates one read in this transaction. If it was changed concurrently, the work is retried. */
  save(row: Row): void
}

/** The state of one entity that a feed delivers. `audience` names its recipients: the subject's tokens before the id. */
export type Shown = LiveMessage & { feed: string; audience: readonly string[]; id: string }

/** The outbox message for a state. One key per entity, whatever the audience, keeps an entity's changes in order. */
export const liveOutboxMessage = ({ feed, audience, id, ...message }: Shown) => ({
  subject: liveSubject(feed, ...audience, id),
  key: `${feed} ${id}`,
  message,
})

/** The messaging half of a transaction: outbox, live outbox and inbox. */
export type Messaging<Fact extends Said> = {
  /** Adds facts to the outbox: they are published if and only if the transaction commits. */
  say(facts: readonly Fact[]): void
  /** Adds an entity's new state to the live outbox: it is delivered to subscribers if and only if the transaction commits. */
  show(shown: Shown): void
  /**
   * Records a fact in the inbox, as part of this transaction; false if it was there already. By its type, too, which is one
   * publisher's only: another one can use an id that it has read in FACTS for a fact of its own.
   */
  recordInInbox(fact: { id: string; type: string }): Promise<boolean>
}

/**
 * Runs `work` in one database transaction. `cause` is the id of the command or fact that led to it. A lost race retries
 * the work from the start, so it must have no effects outside its transaction.
 */
export type Transact<Tables, Fact extends Said> = <Result>(
  cause: string,
  work: (tx: Tables & Messaging<Fact>) => Promise<Result>,
) => Promise<Result>

/** A context's handler of one kind of fact; it runs in the transaction that records the fact in the inbox. */
export type Policy<Tx, Fact> = (tx: Tx, fact: Fact) => Promise<void>

/** A context's handlers by kind of fact. It subscribes to these kinds only. */
export type Hears<Tx, Heard extends Envelope> = {
  readonly [Type in Heard['type']]?: Policy<Tx, Extract<Heard, { type: Type }>>
}

/** A function that handles a fact exactly once in effect, however often the fact is delivered. */
export function hearWith<Tables, Fact extends Said, Heard extends Envelope>(
  transact: Transact<Tables, Fact>,
  hears: Hears<Tables & Messaging<Fact>, Heard>,
): (fact: Heard) => Promise<void> {
  // The policy found under a fact's type accepts that kind of fact, which TypeScript can't express.
  const policies = hears as { [type: string]: Policy<Tables & Messaging<Fact>, Heard> | undefined }
  return async (fact) => {
    const policy = policies[fact.type]
    if (!policy) return
    await transact(fact.id, async (tx) => {
      if (await tx.recordInInbox(fact)) await policy(tx, fact)
    })
  }
}

/**
 * A deep copy of a row: plain objects, arrays, dates and primitives. Not structuredClone: in Jest, which runs tests in a
 * realm of their own, its dates are not `instanceof Date`.
 */
export function copyOf<Value>(value: Value): Value {
  // Each branch returns a value of its argument's type, which TypeScript can't see.
  if (value instanceof Date) return new Date(value) as Value
  if (Array.isArray(value)) return value.map(copyOf) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part)])) as Value
}
