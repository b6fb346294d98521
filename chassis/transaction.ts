import { type LiveMessage, liveSubject } from './live.ts'

/** A fact as a domain function says it: its name and what it carries. */
export type Said = { type: string; data: object }

/** A fact as it travels: golden samples in schema/events/samples. */
export type Envelope = Said & {
  id: string
  version: number
  /** RFC 3339, UTC. */
  occurredAt: string
  /** The order's id (for facts about no order: the item's or store's); in every log line and trace. */
  correlationId: string
  /** The id of the fact or command that led to it. */
  causationId: string
}

/** The rows of one kind that a transaction may read and change; a row is plain data, and a copy. */
export type Table<Row extends { id: string }> = {
  find(id: string): Promise<Row | null>
  /** Those of the rows that exist, in the order of their ids; one query. */
  findAll(ids: readonly string[]): Promise<Row[]>
  /** Those of the rows that exist, locked until the transaction ends, in the order of their ids (so no two deadlock). */
  lock(ids: readonly string[]): Promise<Row[]>
  /** Inserts a new row, or updates one read in this transaction; a concurrent change of it makes the work run again. */
  save(row: Row): void
}

/** What the subscribers of a feed are shown of one entity: `audience` is whose it is, the subject's tokens before the id. */
export type Shown = LiveMessage & { feed: string; audience: readonly string[]; id: string }

/** What is shown as it goes out: of one entity (the key) in order, whoever sees it. */
export const showing = ({ feed, audience, id, ...message }: Shown) => ({
  subject: liveSubject(feed, ...audience, id),
  key: `${feed} ${id}`,
  message,
})

/** What every transaction can do beside reading and changing its own tables. */
export type Saying<Fact extends Said> = {
  /** Adds facts to the outbox: they are said if and only if the transaction commits. */
  say(facts: readonly Fact[]): void
  /** Shows a changed entity to whoever follows it live, likewise with the commit only. */
  show(shown: Shown): void
  /** False if this fact has been heard before; remembered with the commit (the inbox). */
  hearsFirst(factId: string): Promise<boolean>
}

/**
 * Runs `work` in one database transaction. `cause` is the id of the command or fact behind it. The work may run
 * several times (a lost race is tried again from the start), so it has no effects beside its transaction.
 */
export type Transact<Tables, Fact extends Said> = <Result>(
  cause: string,
  work: (tx: Tables & Saying<Fact>) => Promise<Result>,
) => Promise<Result>

/** What a context does when it hears a fact: runs inside the transaction that remembers the hearing. */
export type Policy<Tx, Fact> = (tx: Tx, fact: Fact) => Promise<void>

/** What a context does on hearing each kind of fact; kinds not listed are not heard. */
export type Hears<Tx, Heard extends Envelope> = {
  readonly [Type in Heard['type']]?: Policy<Tx, Extract<Heard, { type: Type }>>
}

/** Hears one fact: once in effect, however often it comes. */
export function hearWith<Tables, Fact extends Said, Heard extends Envelope>(
  transact: Transact<Tables, Fact>,
  hears: Hears<Tables & Saying<Fact>, Heard>,
): (fact: Heard) => Promise<void> {
  // Looked up by the fact's own type, the policy takes just this kind of fact, which TypeScript can't follow.
  const policies = hears as { [type: string]: Policy<Tables & Saying<Fact>, Heard> | undefined }
  return async (fact) => {
    const policy = policies[fact.type]
    if (!policy) return
    await transact(fact.id, async (tx) => {
      if (await tx.hearsFirst(fact.id)) await policy(tx, fact)
    })
  }
}
