import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Migration } from '@mikro-orm/migrations'
import type { MikroORM } from '@mikro-orm/postgresql'
import { testDatabase } from '../../proofs/testing/database.ts'
import { thingSchema } from '../testing/thing-row.ts'
import { until } from '../testing/until.ts'
import { checkDatabase, openDatabase } from './database.ts'

describe('a context’s database', () => {
  let url: string
  let drop: () => Promise<void>
  const opened: MikroORM[] = []
  const open = async (schema = thingSchema) => {
    const orm = await openDatabase(url, schema)
    opened.push(orm)
    return orm
  }
  const one = async (orm: MikroORM, expression: string) => {
    const [row] = await orm.em.fork().execute<{ value: unknown }[]>(`select (${expression}) as value`)
    return row?.value
  }

  beforeAll(async () => {
    ;({ url, drop } = await testDatabase('empty', async () => {}))
  })
  afterAll(async () => {
    await Promise.all(opened.map((orm) => orm.close(true)))
    await drop()
  })

  it('is migrated once by replicas that start together', async () => {
    const replicas = await Promise.all([open(), open(), open()])
    for (const orm of replicas) await checkDatabase(orm)
    expect(await one(await open(), 'select count(*)::int from mikro_orm_migrations')).toBe(5)
  })

  it('of an earlier release gets the chassis’s newer migrations, though its own have run', async () => {
    const older = await open()
    await older.em.fork().execute(`
      drop table live_outbox; drop function wake_live_relay;
      delete from mikro_orm_migrations where name = '0000-chassis-live'`)
    expect(await one(await open(), "to_regclass('live_outbox')")).toBe('live_outbox')
  })

  it('is unchanged after a failed migration, and no session is left on it', async () => {
    class Half extends Migration {
      override up(): void {
        this.addSql('create table half (id int)')
        this.addSql('create table half (id int)')
      }
    }
    const failing = { ...thingSchema, migrations: { ...thingSchema.migrations, '0002-half': Half } }
    const orm = await open()
    const sessions =
      "select count(*)::int from pg_stat_activity where datname = current_database() and backend_type = 'client backend'"
    const before = await one(orm, sessions)
    await expect(openDatabase(url, failing)).rejects.toThrow(/already exists/)
    expect(await one(orm, "to_regclass('half')")).toBeNull()
    // A session ends a moment after its client has closed it.
    await until(async () => Number(await one(orm, sessions)) <= Number(before))
  })

  it('lets a migration take longer than a statement may, but nothing else', async () => {
    class Slow extends Migration {
      override up(): void {
        this.addSql("create table allowed as select current_setting('statement_timeout') as migrating")
      }
    }
    const orm = await open({ ...thingSchema, migrations: { ...thingSchema.migrations, '0002-slow': Slow } })
    expect(await one(orm, 'select migrating from allowed')).toBe('0')
    expect(await one(orm, "current_setting('statement_timeout')")).toBe('15s')
    expect(await one(orm, "current_setting('idle_in_transaction_session_timeout')")).toBe('10s')
  })

  it('that does not exist is reported', async () => {
    const nowhere = new URL(url)
    nowhere.pathname = '/test_nowhere'
    await expect(openDatabase(nowhere.href, thingSchema)).rejects.toThrow(/does not exist/)
  })
})
