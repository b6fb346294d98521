import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { type PostgresServer, postgresServer } from '../chassis/testing/postgres-server.ts'
import { CONTEXTS } from './contexts.mjs'
import { databaseName, ownerOf } from './launcher/infrastructure/databases.ts'
import { ownerPassword, workingPassword } from './launcher/infrastructure/passwords.ts'

// A server of the test's own, since the program changes the rights of all databases on it.
let server: PostgresServer
beforeAll(async () => {
  server = await postgresServer()
})
afterAll(() => server.end())

const PASSWORD = 'sixteen characters'
const PASSWORDS = Object.fromEntries(
  CONTEXTS.flatMap((context) => [workingPassword(context), ownerPassword(context)]).map((name) => [name, PASSWORD]),
)

const query = async (sql: string) => {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  return (await client.query(sql).finally(() => client.end())).rows
}

/** Runs the program as an operator does. */
const make = (settings: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, [new URL('./make-databases.ts', import.meta.url).pathname], {
    env: { NODE_ENV: 'production', DATABASE_URL: server.url, ...PASSWORDS, ...settings },
  })

/** Whether a role that has no rights by name may connect to each of these databases. */
async function mayConnect(...databases: string[]) {
  const rows = await query(
    `select datname, has_database_privilege('another_application', datname, 'connect') as may from pg_database`,
  )
  const may = new Map(rows.map((row) => [row.datname, row.may]))
  return databases.map((name) => may.get(name))
}

it('leaves the databases of other applications as they are with SHARED_SERVER=true, and closes them without', async () => {
  await query('create role another_application login')
  await query('create database another_application')
  const orders = databaseName('flower_', 'order')
  await make({ SHARED_SERVER: 'true' })
  expect(await mayConnect('another_application', 'postgres', orders)).toEqual([true, true, false])
  await make()
  expect(await mayConnect('another_application', 'postgres', orders)).toEqual([false, false, false])
  const roles = await query(`select rolname from pg_roles where rolname = '${ownerOf(orders)}'`)
  expect(roles).toHaveLength(1)
})

it('refuses a SHARED_SERVER that is neither true nor false', async () => {
  await expect(make({ SHARED_SERVER: 'yes' })).rejects.toMatchObject({
    stderr: expect.stringContaining('SHARED_SERVER'),
  })
})
