import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Migration } from '@mikro-orm/migrations'
import type { MikroORM } from '@mikro-orm/postgresql'
import { migratedDatabase } from '../../proofs/testing/database.ts'
import { thingSchema } from '../testing/thing-row.ts'
import { checkDatabase, openDatabase } from './database.ts'

class Nothing extends Migration {
  override up(): void {}
}

describe('a context’s database', () => {
  let database: Awaited<ReturnType<typeof migratedDatabase>>
  const opened: MikroORM[] = []
  const open = async (schema = thingSchema, url = database.url) => {
    const orm = await openDatabase(url, schema)
    opened.push(orm)
    return orm
  }
  beforeAll(async () => {
    database = await migratedDatabase('chassis', thingSchema)
  })
  afterAll(async () => {
    await Promise.all(opened.map((orm) => orm.close(true)))
    await database.drop()
  })

  it('is opened by a process with the working role', async () => {
    await checkDatabase(await open())
  })

  it('of a newer release is opened, too: processes of both run while one replaces the other', async () => {
    await open({ ...thingSchema, migrations: {} })
  })

  it('lets no statement take for ever', async () => {
    const orm = await open()
    const [row] = await orm.em.fork().execute(`
      select current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle`)
    expect(row).toEqual({ statement: '15s', idle: '10s' })
  })

  it('that lacks migrations is refused with their names and what to do', async () => {
    const migrations = { ...thingSchema.migrations, '0002-nothing': Nothing, '0003-nothing': Nothing }
    const opening = openDatabase(database.url, { ...thingSchema, migrations })
    await expect(opening).rejects.toThrow(/lacks the migrations 0002-nothing, 0003-nothing\. npm run migrate/)
  })

  it('whose role has no rights yet is refused, too', async () => {
    const stranger = Object.assign(new URL(database.url), { username: 'test_stranger' })
    const admin = await open(thingSchema, database.adminUrl)
    await admin.em.fork().execute("create role test_stranger login password 'test'")
    await expect(openDatabase(stranger.href, thingSchema)).rejects.toThrow(/has no rights .* npm run migrate/)
  })

  it('that does not exist is reported', async () => {
    const nowhere = Object.assign(new URL(database.url), { pathname: '/test_nowhere' })
    await expect(openDatabase(nowhere.href, thingSchema)).rejects.toThrow(/does not exist/)
  })
})
