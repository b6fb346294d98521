import { memoryTransactions } from '../../chassis/memory/transactions.ts'
import type { Messaging, Shown, Table, Transact } from '../../chassis/transaction.ts'
import type { Said } from '../../schema/events/facts.ts'
import type { Changed, Database } from './database.ts'
import { TransientError } from './faults.ts'
import { checkCommittedStates } from './invariants/live.ts'
import type { Process } from './process.ts'
import type { World } from './world.ts'

type RowOf<T> = T extends Table<infer Row> ? Row : never
type RowsOf<Tables> = { [Name in keyof Tables & string]: RowOf<Tables[Name]> & { id: string } }

/**
 * `Transact` of one process on its context's database: the in-memory one, in which each read, lock and commit is a step
 * that may fail. Rows are locked as PostgreSQL locks them.
 */
export function transactOn<Tables, Fact extends Said>(
  world: World,
  database: Database,
  process: Process,
  names: (keyof Tables & string)[],
): Transact<Tables, Fact> {
  const { faults } = world
  return async (cause, work) => {
    let attempts = 0
    let changed: Changed[] = []
    let begunAt = 0
    const committed = (facts: Fact[], _: string, shown: Shown[]) => {
      const said = facts.map((fact) => world.stamp(fact, cause))
      database.put(said)
      database.shown.push(...shown)
      traceCommit(world, database, process, cause, changed, said)
      checkCommittedStates(database, changed, shown)
    }
    const inMemory = memoryTransactions<RowsOf<Tables>, Fact>(database.store, names, committed)
    const result = await inMemory(cause, async (tx) => {
      if (++attempts > 1) faults.count('(a transaction is retried after a conflict)')
      changed = []
      begunAt = world.scheduler.now()
      const holder = {}
      const release = () => database.locks.release(holder)
      const forget = process.onDeath(release)
      const tables = Object.fromEntries(
        names.map((name) => [name, steppedTable(name, tx[name], database, process, holder, changed)]),
      )
      const messaging: Messaging<Fact> = {
        say: tx.say,
        show: tx.show,
        recordInInbox: async (fact) => {
          await process.step('read the inbox')
          return tx.recordInInbox(fact)
        },
      }
      try {
        // Object.fromEntries loses the types by name; `names` are exactly the keys of Tables.
        const result = await work({ ...tables, ...messaging } as Tables & Messaging<Fact>)
        await process.step('commit')
        if (faults.happens('a commit fails', process.name))
          throw new TransientError('The connection to the database was lost.')
        return result
      } finally {
        release()
        forget()
      }
    })
    world.checkCommit(database, changed, process, begunAt)
    if (faults.happens("a commit's answer is lost", process.name))
      throw new TransientError('The connection to the database was lost.')
    return result
  }
}

function steppedTable<Row extends { id: string }>(
  name: string,
  table: Table<Row>,
  database: Database,
  process: Process,
  holder: object,
  changed: Changed[],
): Table<Row> {
  const { find, lock } = stepsOf(name)
  return {
    find: async (id) => {
      await process.step(find)
      return table.find(id)
    },
    findAll: async (ids) => {
      await process.step(find)
      return table.findAll(ids)
    },
    lock: async (ids) => {
      for (const id of [...new Set(ids)].sort()) {
        await process.step(lock)
        // As in PostgreSQL, a row that does not exist cannot be locked; the first insert wins.
        if (database.row(name, id)) await database.locks.take(`${name} ${id}`, holder, process)
      }
      return table.lock(ids)
    },
    save: (row) => {
      changed.push({ table: name, id: row.id, before: database.row(name, row.id) })
      table.save(row)
    },
  }
}

const steps = new Map<string, { find: string; lock: string }>()

/** The names of a table's steps; the same strings each time. */
function stepsOf(table: string) {
  const known = steps.get(table) ?? { find: `find in ${table}`, lock: `lock in ${table}` }
  steps.set(table, known)
  return known
}

type Stamped = { id: string; message: object }

/** Adds a commit to the trace: `store-1 (StockReserved): storeOrders order 1 NEW`. */
function traceCommit(
  { trace }: World,
  database: Database,
  process: Process,
  cause: string,
  changed: Changed[],
  said: Stamped[],
): void {
  if (!changed.length && !said.length) return
  trace.log(() => {
    const types = said.map(({ id, message }) => {
      const type = 'type' in message ? String(message.type) : ''
      trace.name(id, type)
      return type
    })
    const rows = changed
      .filter(({ table }) => table !== 'keyUses')
      .map(({ table, id, before }) => {
        if (table === 'orders') trace.name(id, `order ${database.rows('orders').length}`)
        const [previous, current] = [stateOf(before), stateOf(database.row<object>(table, id))]
        return `${table} ${id} ${previous && previous !== current ? `${previous} → ` : ''}${current}`.trim()
      })
    const says = types.length ? `; says ${types.join(', ')}` : ''
    return `${process.name} (${cause}): ${rows.join(', ')}${says}`
  })
}

/** The fields that the trace shows as a row's state. */
type TracedRow = { status?: string; closed?: boolean; attempts?: { state: string }[] }

function stateOf(row: TracedRow | null): string {
  const { status, closed, attempts = [] } = row ?? {}
  return [status, closed && 'closed', ...attempts.map(({ state }) => state)].filter(Boolean).join(' ')
}
