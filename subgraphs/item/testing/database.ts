import type { MikroORM } from '@mikro-orm/postgresql'
import { openDatabase } from '../../../chassis/postgres/database.ts'
import { testDatabase } from '../../../scripts/testing/database.ts'
import { schema } from '../outbound/postgres/database.ts'

/** The item context's database, new and empty; `close` removes it. */
export async function openTestDatabase(): Promise<{ orm: MikroORM; close: () => Promise<void> }> {
  const { url, drop } = await testDatabase('item', async (template) => (await openDatabase(template, schema)).close())
  const orm = await openDatabase(url, schema)
  const close = async () => {
    await orm.close()
    await drop()
  }
  return { orm, close }
}
