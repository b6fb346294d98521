import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type EntityManager, type MikroORM, OptimisticLockError } from '@mikro-orm/postgresql'
import { migratedDatabase } from '../../proofs/testing/database.ts'
import { newId } from '../ids.ts'
import { ThingRow, thingSchema } from '../testing/thing-row.ts'
import type { Thing } from '../testing/transactions-suite.ts'
import { until } from '../testing/until.ts'
import { openDatabase } from './database.ts'
import { isTransient, parkIn } from './parked.ts'
import { postgresTable, postgresTransactions } from './transactions.ts'

let database: Awaited<ReturnType<typeof migratedDatabase>>
let orm: MikroORM
beforeAll(async () => {
  database = await migratedDatabase('chassis', thingSchema)
  orm = await openDatabase(database.url, thingSchema, { poolSize: 2 })
})
afterAll(async () => {
  await orm.close(true)
  await database.drop()
})

const stamp = () => ({ id: newId(), key: 'k', subject: 'noted', message: {} })
const transactOn = (on: MikroORM) =>
  postgresTransactions(on, stamp, (em) => ({ things: postgresTable<Thing>(em, ThingRow), em }))
/** What a transaction fails with that does this. */
const failureOf = (work: Parameters<ReturnType<typeof transactOn>>[1], on = orm): Promise<unknown> =>
  transactOn(on)(newId(), work).then(
    () => null,
    (error) => error,
  )
const find = (tx: { things: { find(id: string): Promise<unknown> } }) => tx.things.find(newId())

describe('a failure is transient', () => {
  it('if the session ends in a transaction or at its commit; the pool recovers', async () => {
    const killing = async ({ em }: { em: EntityManager }) => {
      const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid')
      await orm.em.fork().execute('select pg_terminate_backend(?)', [row?.pid])
    }
    const amid = await failureOf(async (tx) => {
      await killing(tx)
      await find(tx)
    })
    const atCommit = await failureOf(killing)
    for (const failure of [amid, atCommit]) {
      expect(failure).toBeInstanceOf(Error)
      expect(isTransient(failure)).toBe(true)
    }
    const threeAtOnce = () => Promise.all([1, 2, 3].map(() => failureOf(find)))
    await until(async () => (await threeAtOnce()).every((failure) => failure === null))
  })

  it('if the database can’t be reached', async () => {
    const other = await migratedDatabase('chassis', thingSchema)
    const orphan = await openDatabase(other.url, thingSchema)
    await other.drop()
    expect(isTransient(await failureOf(find, orphan))).toBe(true) // Its sessions are ended,
    expect(isTransient(await failureOf(find, orphan))).toBe(true) // and it is there no longer.
    await orphan.close(true)
  })

  it('if all connections are taken', async () => {
    const release = Promise.withResolvers<void>()
    const entered = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const taking = entered.map(({ resolve }) =>
      transactOn(orm)(newId(), async (tx) => {
        await find(tx)
        resolve()
        await release.promise
      }),
    )
    await Promise.all(entered.map(({ promise }) => promise))
    const failure = await failureOf(find)
    release.resolve()
    await Promise.all(taking)
    expect(failure).toBeInstanceOf(Error)
    expect(isTransient(failure)).toBe(true)
  })

  it('if a statement takes too long', async () => {
    const failure = await failureOf(async ({ em }) => {
      await em.execute("set local statement_timeout = '20ms'")
      await em.execute('select pg_sleep(5)')
    })
    expect(isTransient(failure)).toBe(true)
  })

  it('if every race for a row was lost', () => {
    expect(isTransient(new OptimisticLockError('lost'))).toBe(true)
  })
})

describe('a failure is permanent', () => {
  it('if the data violate a constraint', async () => {
    const missing = await failureOf(async ({ em }) => em.execute('insert into things (id) values (?)', [newId()]))
    expect([missing instanceof Error, isTransient(missing)]).toEqual([true, false])
    const wrong = await failureOf(async ({ em }) => em.execute("select 'no number'::int"))
    expect([wrong instanceof Error, isTransient(wrong)]).toEqual([true, false])
  })

  it('if the statement is wrong', async () => {
    const failure = await failureOf(async ({ em }) => em.execute('select petals from things'))
    expect([failure instanceof Error, isTransient(failure)]).toEqual([true, false])
  })

  it('if the policy has a bug', async () => {
    const failure = await failureOf(async () => {
      throw new TypeError('Cannot read properties of undefined')
    })
    expect(isTransient(failure)).toBe(false)
  })
})

describe('a parked fact', () => {
  const parked = (id: string) => orm.em.fork().execute('select * from parked where fact_id = ?', [id])

  // PostgreSQL's index has no room for it: the fact would be redelivered for ever, and a thousand such stop a consumer.
  it('is stored once, whatever its id', async () => {
    const id = randomBytes(10_000).toString('base64')
    const fact = { id, subject: 'facts.item.Any.1', text: `{"id":"${id}"}`, error: new Error('It has no type.') }
    const others = await orm.em.fork().execute('select fact_id from parked')
    await parkIn(orm)(fact)
    await parkIn(orm)(fact)
    await parkIn(orm)({ ...fact, id: `${id}2`, text: 'another' })
    const all = await orm.em.fork().execute('select message from parked where subject = ?', [fact.subject])
    expect(all).toEqual([{ message: fact.text }, { message: 'another' }])
    expect(await orm.em.fork().execute('select fact_id from parked')).toHaveLength(others.length + 2)
  })

  it('is stored once, unchanged', async () => {
    const fact = { id: newId(), subject: 'facts.order.Ordered.1', text: '{"id": 1}', error: new Error('a bug') }
    await parkIn(orm)(fact)
    await parkIn(orm)(fact)
    expect(await parked(fact.id)).toMatchObject([
      { subject: fact.subject, message: '{"id": 1}', error: 'Error: a bug' },
    ])
  })

  it.each(['no JSON {', 'with \0 NUL', '{"text": "\\u0000 \\ud800"}', ''])(
    'is kept whatever it is: %j',
    async (text) => {
      const id = newId()
      await parkIn(orm)({ id, subject: 's', text, error: new Error(`Can't read ${text}`) })
      expect(await parked(id)).toMatchObject([{ message: text.replace('\0', '\ufffd') }])
    },
  )
})
