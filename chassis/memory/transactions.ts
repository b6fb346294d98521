import type { Messaging, Said, Shown, Table, Transact } from '../transaction.ts'
import { copyOf } from '../transaction.ts'

/** The committed rows by table and id, each with its version; and the inbox: `type id` of handled facts. */
export type MemoryStore = { tables: Map<string, Map<string, { row: object; version: number }>>; inbox: Set<string> }

export const emptyStore = (): MemoryStore => ({ tables: new Map(), inbox: new Set() })

class LostRace extends Error {
  override message = 'Another transaction changed the same row.'
}

/** More lost races in a row than this are a bug: an existing row was saved without being read. */
const ATTEMPTS = 1_000

/**
 * `Transact` in memory, for tests and the simulation. Nothing is visible before the commit; if a changed row was changed since
 * it was read, the work is retried. `committed` gets the transaction's facts and live states, each in order.
 */
export function memoryTransactions<Rows extends Record<string, { id: string }>, Fact extends Said>(
  store: MemoryStore,
  names: (keyof Rows & string)[],
  committed: (facts: Fact[], cause: string, shown: Shown[]) => void,
): Transact<{ [Name in keyof Rows]: Table<Rows[Name]> }, Fact> {
  const once = async <Result>(
    cause: string,
    work: (tx: { [Name in keyof Rows]: Table<Rows[Name]> } & Messaging<Fact>) => Promise<Result>,
  ): Promise<Result> => {
    const facts: Fact[] = []
    const shown: Shown[] = []
    const received: string[] = []
    const commits: { check(): void; write(): void }[] = []
    const tables = Object.fromEntries(
      names.map((name) => {
        const { table, ...commit } = memoryTable(store, name)
        commits.push(commit)
        return [name, table]
      }),
    )
    const messaging: Messaging<Fact> = {
      say: (said) => void facts.push(...said),
      show: (one) => void shown.push(one),
      recordInInbox: async (fact) => {
        const id = `${fact.type} ${fact.id}`
        if (store.inbox.has(id) || received.includes(id)) return false
        received.push(id)
        return true
      },
    }
    // Object.fromEntries loses which name has which row type; `names` are exactly the keys of Rows.
    const result = await work({ ...tables, ...messaging } as {
      [Name in keyof Rows]: Table<Rows[Name]>
    } & Messaging<Fact>)
    for (const commit of commits) commit.check()
    if (received.some((id) => store.inbox.has(id))) throw new LostRace()
    for (const commit of commits) commit.write()
    for (const id of received) store.inbox.add(id)
    committed(facts, cause, shown)
    return result
  }
  return async (cause, work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(cause, work)
      } catch (error) {
        if (!(error instanceof LostRace) || attempt >= ATTEMPTS) throw error
      }
    }
  }
}

function memoryTable(store: MemoryStore, name: string) {
  const rows = store.tables.get(name) ?? new Map<string, { row: object; version: number }>()
  store.tables.set(name, rows)
  const read = new Map<string, number>()
  const changed = new Map<string, object>()
  const find = async (id: string) => {
    const current = rows.get(id)
    if (!read.has(id)) read.set(id, current?.version ?? 0)
    const row = changed.get(id) ?? current?.row
    return row ? copyOf(row) : null
  }
  const findAll = async (ids: readonly string[]) =>
    (await Promise.all([...new Set(ids)].sort().map(find))).filter((row) => row !== null)
  const table = {
    find,
    findAll,
    lock: findAll,
    save: (row: { id: string }) => {
      if (!read.has(row.id)) read.set(row.id, 0)
      changed.set(row.id, copyOf(row))
    },
  }
  return {
    table,
    check: () => {
      for (const id of changed.keys()) if ((rows.get(id)?.version ?? 0) !== read.get(id)) throw new LostRace()
    },
    write: () => {
      for (const [id, row] of changed) rows.set(id, { row, version: (rows.get(id)?.version ?? 0) + 1 })
    },
  }
}
