import { newId } from '../../chassis/ids.ts'
import type { LiveMessage } from '../../chassis/live.ts'
import { emptyStore, memoryTransactions } from '../../chassis/memory/transactions.ts'
import { liveOutboxMessage, type Shown, type Table } from '../../chassis/transaction.ts'
import { type Fact, keyOf, readFact, type Said } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'

/** A live state as it is published, with its subject. */
export type ShownAt = LiveMessage & { subject: string }

const shownAt = (shown: Shown): ShownAt => {
  const { subject, message } = liveOutboxMessage(shown)
  return { subject, ...message }
}

type RowOf<T> = T extends Table<infer Row> ? Row : never

/** The common ports of a context, in memory and empty. A fact that violates its contract throws. */
export function contextInMemory<Tables>(names: (keyof Tables & string)[]) {
  type Rows = { [Name in keyof Tables & string]: RowOf<Tables[Name]> }
  const clock = { now: () => new Date(), newId }
  const stamp = stampWith(clock)
  const facts: Fact[] = []
  const liveStates: Shown[] = []
  const store = emptyStore()
  const transact = memoryTransactions<Rows, Said>(store, names, (said, cause, shown) => {
    facts.push(...said.map((fact) => readFact(stamp(fact, cause).message)))
    liveStates.push(...shown)
  })
  return {
    ports: { ...clock, transact },
    /** The facts said about an order, item or store, or all facts, in order. */
    said: async (key?: string): Promise<Fact[]> => facts.filter((fact) => key === undefined || keyOf(fact) === key),
    /** The live states, each with its subject, in order. */
    shown: async (): Promise<ShownAt[]> => liveStates.map(shownAt),
    /** A table's rows. */
    rows: <Name extends keyof Rows>(name: Name): Rows[Name][] =>
      // Only `transact` writes there, and only rows of this type.
      [...(store.tables.get(name)?.values() ?? [])].map(({ row }) => row as Rows[Name]),
    close: async () => {},
  }
}
