import { newId } from '../../../chassis/ids.ts'
import { openDatabase } from '../../../chassis/postgres/database.ts'
import { postgresTransactions } from '../../../chassis/postgres/transactions.ts'
import type { Said } from '../../../schema/events/facts.ts'
import { stampWith } from '../../../schema/events/stamp.ts'
import { testDatabase } from '../../../scripts/testing/database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { wire } from '../wire.ts'

/** The delivery context on a database of its own; `close` removes it. */
export async function deliveryOnPostgres() {
  const migrate = async (template: string) => (await openDatabase(template, schema)).close()
  const { url, drop } = await testDatabase('delivery', migrate)
  const orm = await openDatabase(url, schema)
  const clock = { now: () => new Date(), newId }
  return {
    orm,
    delivery: wire({ ...clock, transact: postgresTransactions(orm, stampWith(clock), tables) }),
    said: async (orderId: string): Promise<Said[]> => {
      const said = 'select message from outbox where key = ? order by position'
      return (await orm.em.fork().execute<{ message: Said }[]>(said, [orderId])).map(({ message }) => message)
    },
    close: () => orm.close().then(drop),
  }
}
