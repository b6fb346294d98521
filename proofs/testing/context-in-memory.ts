import { newId } from '../../chassis/ids.ts'
import type { LiveMessage } from '../../chassis/live.ts'
import { emptyStore, memoryTransactions } from '../../chassis/memory/transactions.ts'
import { liveOutboxMessage, type Shown, type Table } from '../../chassis/transaction.ts'
import { type Fact, keyOf, readFact, type Said } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'

/** What was shown, as it travels. */
export type ShownAt = LiveMessage & { subject: string }

const shownAt = (shown: Shown): ShownAt => {
  const { subject, message } = liveOutboxMessage(shown)
  return { subject, ...message }
}

type RowOf<T> = T extends Table<infer Row> ? Row : never

/** What a context's ports are made from in memory, empty; nothing is said that breaks its contract. */
export function contextInMemory<Tables>(names: (keyof Tables & string)[]) {
  type Rows = { [Name in keyof Tables & string]: RowOf<Tables[Name]> }
  const clock = { now: () => new Date(), newId }
  const stamp = stampWith(clock)
  const facts: Fact[] = []
  const all: Shown[] = []
  const store = emptyStore()
  const transact = memoryTransactions<Rows, Said>(store, names, (said, cause, shown) => {
    facts.push(...said.map((fact) => readFact(stamp(fact, cause).message)))
    all.push(...shown)
  })
  return {
    ports: { ...clock, transact },
    /** What was said about an order, item or store, or about anything, in order. */
    said: async (key?: string): Promise<Fact[]> => facts.filter((fact) => key === undefined || keyOf(fact) === key),
    /** What was shown, each with its subject, in order. */
    shown: async (): Promise<ShownAt[]> => all.map(shownAt),
    /** A table's rows. */
    rows: <Name extends keyof Rows>(name: Name): Rows[Name][] =>
      // Only `transact` writes there, and just rows of this kind.
      [...(store.tables.get(name)?.values() ?? [])].map(({ row }) => row as Rows[Name]),
    close: async () => {},
  }
}
