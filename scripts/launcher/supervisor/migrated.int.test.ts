import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { migratedState } from './migrated.ts'

const adminUrl = process.env.TEST_DATABASE_URL ?? ''
const prefix = `test_migrated_${process.pid}_`
const contexts = ['order', 'my-page']

async function run(database: string, sql: string) {
  const client = new pg.Client({
    connectionString: Object.assign(new URL(adminUrl), { pathname: `/${database}` }).href,
  })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
const [order, myPage] = [`${prefix}order`, `${prefix}my_page`]
const migrate = async (database: string) => {
  await run(database, 'CREATE TABLE mikro_orm_migrations (id serial, name text)')
  await run(database, "INSERT INTO mikro_orm_migrations (name) VALUES ('0001-first')")
}
beforeAll(async () => {
  for (const name of [order, myPage]) await run('postgres', `CREATE DATABASE ${name}`)
})
afterAll(async () => {
  for (const name of [order, myPage]) await run('postgres', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
})

it('what has been migrated is the same until a database or its migrations change', async () => {
  const state = () => migratedState(adminUrl, { contexts, prefix })
  expect(await state()).toBeNull()
  await migrate(order)
  expect(await state()).toBeNull()
  await migrate(myPage)
  const seen = [await state()]
  expect(await state()).toBe(seen[0])
  await run(order, "INSERT INTO mikro_orm_migrations (name) VALUES ('0002-second')")
  seen.push(await state())
  await run(order, "DELETE FROM mikro_orm_migrations WHERE name = '0002-second'") // a backup from before
  expect(await state()).toBe(seen[0])
  await run('postgres', `DROP DATABASE ${myPage}`)
  await run('postgres', `CREATE DATABASE ${myPage}`)
  await migrate(myPage)
  seen.push(await state())
  expect(new Set(seen).size).toBe(3)
  expect(seen).not.toContain(null)
})
