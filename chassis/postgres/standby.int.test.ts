import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import { newId } from '../ids.ts'
import { type Forwarder, forwarder } from '../testing/forwarder.ts'
import { type PostgresServer, postgresServer } from '../testing/postgres-server.ts'
import { ThingRow, thingSchema } from '../testing/thing-row.ts'
import type { Thing } from '../testing/transactions-suite.ts'
import { until } from '../testing/until.ts'
import { createOrm } from './database.ts'
import { migrateDatabase } from './migrate.ts'
import { postgresTable, postgresTransactions } from './transactions.ts'
import { isUnavailable } from './unavailable.ts'

let server: PostgresServer
let way: Forwarder
let url: string
beforeAll(async () => {
  server = await postgresServer()
  await migrateDatabase(server.url, thingSchema, 'postgres')
  way = await forwarder(Number(new URL(server.url).port))
  url = Object.assign(new URL(server.url), { port: String(way.port) }).href
})
afterAll(async () => {
  await way.end()
  await server.end()
})
beforeEach(() => server.query('delete from things'))

const thing = (): Thing => ({ id: newId(), name: 'rose', count: 1, at: new Date(), note: null, parts: [] })
const saveOn = (orm: MikroORM) => {
  const stamp = () => ({ id: newId(), key: 'k', subject: 's', message: {} })
  const transact = postgresTransactions(orm, stamp, (em) => ({ things: postgresTable<Thing>(em, ThingRow) }))
  return transact('made', async (tx) => tx.things.save(thing()))
}
const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'acknowledged',
    (error: unknown) => (isUnavailable(error) ? 'unavailable' : error),
  )
/** Rows that others see. */
const visible = async () => (await server.query('select from things')).rowCount
/** Only its own waiting is short: on a slow machine everything else takes its time. */
const withShortPatience = () => createOrm(url, thingSchema, { silenceMs: 1_000 })

describe('while no synchronous standby confirms', () => {
  const require = async (standby: string) => {
    await server.query(`alter system set synchronous_standby_names = '${standby}'`)
    await server.query('select pg_reload_conf()')
    await until(
      async () => (await server.query('show synchronous_standby_names')).rows[0].synchronous_standby_names === standby,
    )
  }

  it('nothing is acknowledged, nor seen by others; what was waiting takes effect when one confirms', async () => {
    await require('away')
    const orm = await withShortPatience()
    const saving = orm.em.fork().transactional(async (em) => {
      await em.persist(em.create(ThingRow, thing())).flush()
      // It does not end a commit that waits: PostgreSQL would then report success.
      await em.execute('set local statement_timeout = 100')
    })
    expect(await outcomeOf(saving)).toBe('unavailable')
    expect(await visible()).toBe(0)
    await require('')
    await until(async () => (await visible()) === 1)
    expect(await outcomeOf(saveOn(orm))).toBe('acknowledged')
    await orm.close(true)
  })
})

describe('a machine that vanishes without a word', () => {
  it('ends queries after a time, and the next ones reach the server that has taken over', async () => {
    const orm = await withShortPatience()
    await until(() => saveOn(orm).then(() => true))
    way.silence()
    const outcomes = await Promise.all([saveOn(orm), orm.em.fork().find(ThingRow, {})].map(outcomeOf))
    expect(outcomes).toContain('unavailable')
    await until(() => saveOn(orm).then(() => true))
    await orm.close(true)
  })

  it('is not taken for one where a connection is only idle', async () => {
    const orm = await withShortPatience()
    const em = orm.em.fork()
    await until(() => em.execute('select 1'))
    await em.begin()
    await em.execute('select 1')
    const [{ at } = { at: '' }] = await orm.em.fork().execute<{ at: string }[]>('select now()::text as at')
    const later = new pg.Client({ connectionString: server.url })
    await later.connect()
    // Three times as long as the server may be silent: time passes on the server.
    await until(
      async () =>
        (await later.query("select now() > $1::timestamptz + interval '3 s' as is_over", [at])).rows[0].is_over,
    )
    await later.end()
    expect(await em.execute('select 2 as two')).toEqual([{ two: 2 }])
    await em.rollback()
    await orm.close(true)
  })
})
