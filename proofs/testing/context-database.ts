import { jest } from '@jest/globals'
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import { newId } from '../../chassis/ids.ts'
import { openDatabase, type Schema } from '../../chassis/postgres/database.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { type Fact, readFact, type Said } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import type { ShownAt } from './context-in-memory.ts'
import { migratedDatabase } from './database.ts'

/** A context's database: its name (one schema per name), schema and pool size. */
type Database = { name: string; schema: Schema; poolSize?: number }

/**
 * A context's database for one test file, migrated and empty, and used with the rights of the context's processes. `open` opens
 * another pool; `url` is that of the processes' role; `asOwner` runs a statement that only the owner may; `close` drops the database.
 */
export async function contextDatabase({ name, schema, ...options }: Database) {
  const { url, ownerUrl, drop } = await migratedDatabase(name, schema)
  const opened: MikroORM[] = []
  const open = async () => {
    // The limit for frozen processes is raised, because a test on a busy machine may be paused for longer.
    const orm = await openDatabase(url, schema, { idleInTransactionMs: 600_000, ...options })
    opened.push(orm)
    return orm
  }
  return {
    url,
    orm: await open(),
    open,
    asOwner: async (sql: string, values: unknown[] = []) => {
      const client = new pg.Client({ connectionString: ownerUrl })
      await client.connect()
      await client.query(sql, values).finally(() => client.end())
    },
    close: async () => {
      await Promise.all(opened.map((orm) => orm.close()))
      await drop()
    },
  }
}

/** The common ports of a context, on a PostgreSQL database of its own; the counterpart of `contextInMemory`. */
export async function contextOnPostgres<Tables>(context: Database & { tables: (em: EntityManager) => Tables }) {
  const { tables, ...database } = context
  const { url, orm, open, asOwner, close } = await contextDatabase(database)
  const clock = { now: () => new Date(), newId }
  const transactOn = (orm: MikroORM) => postgresTransactions<Tables, Said>(orm, stampWith(clock), tables)
  return {
    url,
    orm,
    asOwner,
    ports: { ...clock, transact: transactOn(orm) },
    /** Another process's `transact` on the same rows. */
    replica: async () => transactOn(await open()),
    /** The facts said about an order, item or store, or all facts, in order. */
    said: async (key?: string): Promise<Fact[]> => {
      const query = 'select message from outbox where key = coalesce(?, key) order by position'
      const rows = await orm.em.fork().execute<{ message: unknown }[]>(query, [key ?? null])
      return rows.map(({ message }) => readFact(message))
    },
    /** The live states, each with its subject, in order. */
    shown: async (): Promise<ShownAt[]> => {
      const rows = await orm.em.fork().execute('select subject, message from live_outbox order by position')
      return rows.map(({ subject, message }) => ({ subject, ...message }))
    },
    /** The result of `work`, and the number of queries it sends to the database. */
    queriesOf: async <Answer>(work: () => Promise<Answer>) => {
      const connections = new Set((['read', 'write'] as const).map((type) => orm.em.getConnection(type)))
      const spies = [...connections].map((connection) => jest.spyOn(connection, 'execute'))
      try {
        const answer = await work()
        return { answer, queries: spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0) }
      } finally {
        for (const spy of spies) spy.mockRestore()
      }
    },
    close,
  }
}
