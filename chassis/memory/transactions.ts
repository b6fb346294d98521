import { copyOf } from '../copy.ts'
import type { Said, Saying, Shown, Table, Transact } from '../transaction.ts'

/** What has been committed, by table: plain rows with the version of their last change. */
export type MemoryStore = { tables: Map<string, Map<string, { row: object; version: number }>>; heard: Set<string> }

export const emptyStore = (): MemoryStore => ({ tables: new Map(), heard: new Set() })

class LostRace extends Error {
  override message = 'Another transaction changed the same row.'
}

/** A loser of more races in a row than this has met a bug: a row that is there was saved without being read. */
const ATTEMPTS = 1_000

/**
 * `Transact` in memory, for tests and the simulation: nothing is there before the commit, which fails (and runs the
 * work again) where a row read has changed since. `committed` gets what was said and what was shown, each in order.
 */
export function memoryTransactions<Rows extends Record<string, { id: string }>, Fact extends Said>(
  store: MemoryStore,
  names: (keyof Rows & string)[],
  committed: (facts: Fact[], cause: string, shown: Shown[]) => void,
): Transact<{ [Name in keyof Rows]: Table<Rows[Name]> }, Fact> {
  const once = async <Result>(
    cause: string,
    work: (tx: { [Name in keyof Rows]: Table<Rows[Name]> } & Saying<Fact>) => Promise<Result>,
  ): Promise<Result> => {
    const facts: Fact[] = []
    const shown: Shown[] = []
    const heard: string[] = []
    const commits: { check(): void; write(): void }[] = []
    const tables = Object.fromEntries(
      names.map((name) => {
        const { table, ...commit } = memoryTable(store, name)
        commits.push(commit)
        return [name, table]
      }),
    )
    const saying: Saying<Fact> = {
      say: (said) => void facts.push(...said),
      show: (one) => void shown.push(one),
      hearsFirst: async (id) => {
        if (store.heard.has(id) || heard.includes(id)) return false
        heard.push(id)
        return true
      },
    }
    // Object.fromEntries forgets which name has which row; `names` are exactly the keys of Rows.
    const result = await work({ ...tables, ...saying } as { [Name in keyof Rows]: Table<Rows[Name]> } & Saying<Fact>)
    for (const commit of commits) commit.check()
    if (heard.some((id) => store.heard.has(id))) throw new LostRace()
    for (const commit of commits) commit.write()
    for (const id of heard) store.heard.add(id)
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
