import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Migration } from '@mikro-orm/migrations'
import pg from 'pg'
import { migratedDatabase } from '../../proofs/testing/database.ts'
import { thingSchema } from '../testing/thing-row.ts'
import { until } from '../testing/until.ts'
import type { Schema } from './database.ts'
import { migrateDatabase, migrationsToRun } from './migrate.ts'

const ROLE = 'test_migrating'
let database: Awaited<ReturnType<typeof migratedDatabase>>
const query = async (sql: string, url = database.adminUrl) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
    .query(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}
const one = async (expression: string, url = database.adminUrl) =>
  (await query(`select (${expression}) as value`, url))[0].value
/** The schema of a later release: that of the tests, and a migration more. */
const withMigration = (name: string, sql: string, more: Partial<Schema> = {}): Schema => {
  class Later extends Migration {
    override up(): void {
      this.addSql(sql)
    }
  }
  return { ...thingSchema, ...more, migrations: { ...thingSchema.migrations, [name]: Later } }
}
const migrate = (schema = thingSchema) => migrateDatabase(database.ownerUrl, schema, ROLE)

beforeAll(async () => {
  database = await migratedDatabase('migrating', thingSchema)
})
afterAll(() => database.drop())

describe('a migration', () => {
  it('runs once, also for several callers at the same time; then nothing is pending', async () => {
    const later = withMigration('0002-count', 'create table counted (id int)')
    expect(await migrationsToRun(database.ownerUrl, later)).toEqual(['0002-count'])
    const ran = await Promise.all([migrate(later), migrate(later), migrate(later)])
    expect(ran.toSorted((a, b) => a.length - b.length)).toEqual([[], [], ['0002-count']])
    expect(await migrationsToRun(database.ownerUrl, later)).toEqual([])
  })

  it('of the chassis is run in a database of an earlier release, though the context’s own have run', async () => {
    await query(`
      drop table live_outbox; drop function wake_live_relay;
      delete from mikro_orm_migrations where name = '0000-chassis-live'`)
    expect(await migrate()).toEqual(['0000-chassis-live'])
    expect(await one("to_regclass('live_outbox')")).toBe('live_outbox')
  })

  it('that fails changes nothing, and leaves no session', async () => {
    const failing = withMigration('0003-half', 'create table half (id int); create table half (id int)')
    const sessions =
      "select count(*)::int from pg_stat_activity where datname = current_database() and backend_type = 'client backend'"
    const before = await one(sessions)
    await expect(migrate(failing)).rejects.toThrow(/already exists/)
    expect(await one("to_regclass('half')")).toBeNull()
    // A session ends a moment after its client has closed it.
    await until(async () => Number(await one(sessions)) <= Number(before))
  })

  it('may take longer than other statements', async () => {
    await migrate(
      withMigration('0004-slow', "create table slow as select current_setting('statement_timeout') as allowed"),
    )
    expect(await one('select allowed from slow')).toBe('0')
  })
})

describe('a migration of a table with rows, which a transaction is using', () => {
  afterAll(() => query('delete from things'))
  const WAITING =
    "exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"
  const insert = () =>
    `insert into things (id, name, count, at, parts) values ('${crypto.randomUUID()}', 'rose', 0, now(), '[]')`
  /** Migrates while a transaction has run `sql`, which ends once the migration was waiting and `meanwhile` is done. */
  async function migrateBeside(sql: string, schema: Schema, meanwhile: () => Promise<unknown>): Promise<string[]> {
    const other = new pg.Client({ connectionString: database.url })
    await other.connect()
    try {
      await other.query('begin')
      await other.query(sql)
      const migrated = migrate(schema)
      await until(async () => Boolean(await one(WAITING)))
      await meanwhile()
      await other.query('commit')
      return await migrated
    } finally {
      await other.end()
    }
  }
  /** As a process does; it fails if it is blocked for as long as the transaction lasts. */
  const asProcess = (sql: string) => query(`set statement_timeout = '8s'; ${sql}`, database.url)

  it('lets readers and writers pass, and is run when it can be', async () => {
    await query(insert())
    const altering = withMigration('0006-colour', 'alter table things add column colour text')
    const ran = await migrateBeside('select from things', altering, async () => {
      await asProcess('select from things')
      await asProcess(insert())
    })
    expect(ran).toEqual(['0006-colour'])
  })

  it('builds an index while rows are read and written, once, also for several callers', async () => {
    const indexed: Schema = { ...thingSchema, indexes: { things_name: "things (name) where name <> ''" } }
    expect(await migrationsToRun(database.ownerUrl, indexed)).toEqual(['index things_name'])
    const ran = await migrateBeside(insert(), indexed, async () => {
      await asProcess('select from things')
      await asProcess(insert())
    })
    expect(ran).toEqual(['index things_name'])
    expect(await Promise.all([migrate(indexed), migrate(indexed)])).toEqual([[], []])
    expect(await migrationsToRun(database.ownerUrl, indexed)).toEqual([])
  })

  it('builds an index anew whose build was stopped, and says what is missing if it cannot', async () => {
    const unique: Schema = { ...thingSchema, indexes: { things_unique: 'things (name) where count = 0' } }
    await query(`${insert()}; ${insert()}`)
    await expect(query('create unique index concurrently things_unique on things (name)')).rejects.toThrow(/unique/)
    expect(await Promise.all([migrate(unique), migrate(unique)])).toContainEqual(['index things_unique'])
    expect(await one("select indisvalid from pg_index where indexrelid = 'things_unique'::regclass")).toBe(true)
    const wrong: Schema = { ...thingSchema, indexes: { things_wrong: 'things (missing)' } }
    await expect(migrate(wrong)).rejects.toThrow(/the index things_wrong could not be built: .*missing/)
  })
})

describe('the working role', () => {
  const refused = (sql: string) => expect(query(sql, database.url)).rejects.toMatchObject({ code: '42501' })

  it('reads, inserts and updates rows', async () => {
    const id = crypto.randomUUID()
    await query(
      `insert into things (id, name, count, at, parts) values ('${id}', 'rose', 0, now(), '[]')`,
      database.url,
    )
    await query('update things set count = 1', database.url)
    expect(await query('select count from things', database.url)).toEqual([{ count: 1 }])
  })

  it.each([
    'create table mine (id int)',
    'create schema mine',
    "create function mine() returns int language sql as 'select 1'",
    'create index mine on things (name)',
    'alter table things add column mine int',
    'alter table things disable trigger all',
    'drop table things',
    'truncate things',
    `alter role ${ROLE} connection limit 1000`,
    `alter role ${ROLE} createdb`,
    `alter role ${ROLE}_owner password 'mine'`,
    `set role ${ROLE}_owner`,
    `grant ${ROLE}_owner to ${ROLE}`,
  ])('changes no tables and no roles: %s', refused)

  it.each([
    'delete from things',
    'delete from outbox',
    "update outbox set message = '{}'",
    'delete from inbox',
    'update inbox set heard_at = now()',
    'delete from key_uses',
    'delete from parked',
    'update live_outbox set key = null',
    'delete from live_place',
    "insert into mikro_orm_migrations (name) values ('x')",
    'delete from mikro_orm_migrations',
  ])('changes nothing that the context’s processes never change: %s', refused)

  it('deletes what was published on LIVE, and what its schema says', async () => {
    await query('delete from live_outbox', database.url)
    const forgetful = withMigration('0005-notes', 'create table notes (id int)', { deletesFrom: ['notes'] })
    await migrate(forgetful)
    await query('insert into notes values (1); delete from notes', database.url)
    await migrate({ ...forgetful, deletesFrom: [] })
    await refused('delete from notes')
  })
})
