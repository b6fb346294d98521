import { afterAll, describe } from '@jest/globals'
import { newId } from '../../chassis/ids.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import type { SaidBy } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { tables } from './outbound/postgres/database.ts'
import { openTestDatabase } from './testing/database.ts'
import { itemSuite } from './testing/suite.ts'

describe('the item context on PostgreSQL', () => {
  let close: (() => Promise<void>) | undefined
  itemSuite(async () => {
    const database = await openTestDatabase()
    const { orm } = database
    close = database.close
    const stamp = stampWith({ now: () => new Date(), newId })
    return {
      ports: { newId, transact: postgresTransactions(orm, stamp, tables) },
      said: async () => {
        const query = 'select message from outbox order by position'
        const rows = await orm.em.fork().execute<{ message: SaidBy<'item'> }[]>(query)
        return rows.map(({ message }) => message)
      },
    }
  })
  afterAll(() => close?.())
})
