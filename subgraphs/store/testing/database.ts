import { newId } from '../../../chassis/ids.ts'
import { openDatabase } from '../../../chassis/postgres/database.ts'
import { postgresTransactions } from '../../../chassis/postgres/transactions.ts'
import type { Said } from '../../../schema/events/facts.ts'
import { stampWith } from '../../../schema/events/stamp.ts'
import { testDatabase } from '../../../scripts/testing/database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { wire } from '../wire.ts'

/** The store context on a database of its own; `close` removes it. */
export async function storeOnPostgres() {
  const { url, drop } = await testDatabase('store', async (template) => (await openDatabase(template, schema)).close())
  const orm = await openDatabase(url, schema)
  const stamp = stampWith({ now: () => new Date(), newId })
  return {
    orm,
    store: wire({ newId, transact: postgresTransactions(orm, stamp, tables) }),
    said: async (key: string): Promise<Said[]> => {
      const said = 'select message from outbox where key = ? order by position'
      return (await orm.em.fork().execute<{ message: Said }[]>(said, [key])).map(({ message }) => message)
    },
    close: () => orm.close().then(drop),
  }
}
