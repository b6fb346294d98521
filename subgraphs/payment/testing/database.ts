import type { MikroORM } from '@mikro-orm/postgresql'
import { openDatabase } from '../../../chassis/postgres/database.ts'
import { postgresTransactions } from '../../../chassis/postgres/transactions.ts'
import { testDatabase } from '../../../scripts/testing/database.ts'
import { schema, tables } from '../outbound/postgres/database.ts'
import { paymentsDue } from '../outbound/postgres/reads.ts'
import { type Keeping, stamp } from './rig.ts'

/** The payment context's rows in a database of their own, new and empty; `close` removes it. */
export async function keepingOnPostgres(): Promise<Keeping & { orm: MikroORM; close: () => Promise<void> }> {
  const { url, drop } = await testDatabase('payment', async (template) =>
    (await openDatabase(template, schema)).close(),
  )
  const orm = await openDatabase(url, schema, { poolSize: 20 })
  return {
    orm,
    transact: postgresTransactions(orm, stamp, tables),
    dueAt: (now, limit) => paymentsDue(orm, now, limit),
    payment: (id) => orm.em.fork().transactional((em) => tables(em).payments.find(id)),
    said: async (orderId) => {
      const query = `select message->>'type' as type, message->>'causationId' as cause from outbox where key = ? order by position`
      return orm.em.fork().execute<{ type: string; cause: string }[]>(query, [orderId])
    },
    close: async () => {
      await orm.close()
      await drop()
    },
  }
}
