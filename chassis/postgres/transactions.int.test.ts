import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { MikroORM } from '@mikro-orm/postgresql'
import { migratedDatabase } from '../../proofs/testing/database.ts'
import { newId } from '../ids.ts'
import { ThingRow, thingSchema } from '../testing/thing-row.ts'
import { type Noted, type Subject, type Thing, transactionsSuite } from '../testing/transactions-suite.ts'
import { openDatabase } from './database.ts'
import { postgresTable, postgresTransactions } from './transactions.ts'

describe('on PostgreSQL', () => {
  let orm: MikroORM
  let drop: () => Promise<void>

  beforeAll(async () => {
    const database = await migratedDatabase('chassis', thingSchema)
    drop = database.drop
    orm = await openDatabase(database.url, thingSchema)
  })
  afterAll(async () => {
    await orm.close()
    await drop()
  })

  transactionsSuite(async () => {
    const em = orm.em.fork()
    const [row] = await em.execute<{ last: string }[]>('select coalesce(max(position), 0) as last from outbox')
    const stamp = (fact: Noted, cause: string) => ({
      id: newId(),
      key: 'k',
      subject: 'noted',
      message: { ...fact.data, cause },
    })
    const transact = postgresTransactions(orm, stamp, (em) => ({ things: postgresTable<Thing>(em, ThingRow) }))
    const publishedFacts = async () => {
      const since = 'select message from outbox where position > ? order by position'
      const rows = await em.execute<{ message: { text: string; cause: string } }[]>(since, [row?.last])
      return rows.map(({ message }) => message)
    }
    await em.execute('delete from live_outbox')
    const publishedStates = () =>
      em.execute<Awaited<ReturnType<Subject['publishedStates']>>>(
        'select subject, key, message from live_outbox order by position',
      )
    return { transact, publishedFacts, publishedStates }
  })

  it('skips a fact that an earlier version has handled, which recorded no type', async () => {
    const fact = { id: newId(), type: 'Delivered' }
    await orm.em.fork().execute('insert into inbox (fact_id) values (?)', [fact.id])
    const transact = postgresTransactions(
      orm,
      () => ({ id: newId(), key: 'k', subject: 's', message: {} }),
      () => ({}),
    )
    expect(await transact(newId(), (tx) => tx.recordInInbox(fact))).toBe(false)
  })
})
