import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { newId } from '../chassis/ids.ts'
import { createOrm } from '../chassis/postgres/database.ts'
import { schema } from '../subgraphs/payment/outbound/postgres/database.ts'
import { CONTEXTS } from './contexts.mjs'
import { databaseName, databaseUrl, makeDatabases, ownerOf } from './launcher/infrastructure/databases.ts'
import { ownerPassword } from './launcher/infrastructure/passwords.ts'

/** What a context removes. Account's commands run with its role: clients, apps, keys and what has expired; and people erase themselves. */
const DELETED: { [context: string]: string[] } = {
  account: [
    ...['app', 'machine_client', 'provider_state', 'revocation', 'signing_key'],
    ...['address', 'role_request', 'shared_limit', 'sign_in', 'sign_in_attempt'],
  ],
  // Photos that have ended.
  media: ['photo'],
}

// As a rollout does it: databases and roles, then the program, on a server with payment's database of an earlier version,
// whose one role owned everything.

const adminUrl = process.env.TEST_DATABASE_URL ?? ''
const serverUrl = Object.assign(new URL(adminUrl), { username: '', password: '' }).href
const PASSWORD = 'sixteen characters'
const OWNERS = Object.fromEntries(CONTEXTS.map((context) => [ownerPassword(context), PASSWORD]))
const name = (context: string) => databaseName('flower_', context)
const paymentUrl = databaseUrl(adminUrl, name('payment'), name('payment'), PASSWORD)

const query = async (url: string, sql: string, values: unknown[] = []) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return (await client.query(sql, values).finally(() => client.end())).rows
}

/** Runs the program as an operator does; `lines` is what it printed. */
async function run(env: Record<string, string>, ...args: string[]) {
  const path = new URL('./migrate.ts', import.meta.url).pathname
  const ended = (exitCode: number, { stdout = '', stderr = '' }) => ({
    exitCode,
    lines: [...stdout.trim().split('\n'), ...stderr.trim().split('\n')].filter(Boolean),
  })
  return promisify(execFile)(process.execPath, [path, ...args], { env: { NODE_ENV: 'production', ...env } }).then(
    (output) => ended(0, output),
    (error) => ended(error.code, error),
  )
}
const migrate = (...args: string[]) => run({ DATABASE_URL: serverUrl, ...OWNERS }, ...args)

const paymentId = newId()
beforeAll(async () => {
  await query(adminUrl, `CREATE ROLE ${name('payment')} LOGIN PASSWORD '${PASSWORD}'`)
  await query(adminUrl, `CREATE DATABASE ${name('payment')} OWNER ${name('payment')}`)
  const orm = await createOrm(paymentUrl, schema)
  await orm.migrator.up()
  await orm.close()
  const insert = "INSERT INTO payments (id, status, closed, attempts) VALUES ($1, 'APPROVED', false, '[]')"
  await query(paymentUrl, insert, [paymentId])
})
afterAll(async () => {
  for (const one of CONTEXTS.map(name)) {
    await query(adminUrl, `DROP DATABASE IF EXISTS ${one} WITH (FORCE)`)
    for (const role of [one, ownerOf(one)]) await query(adminUrl, `DROP ROLE IF EXISTS ${role}`)
  }
})

describe('npm run migrate', () => {
  it('makes the tables of all contexts, and keeps those of an earlier version with their rows', async () => {
    const password = () => PASSWORD
    await makeDatabases({ adminUrl, contexts: CONTEXTS, password, ownerPassword: password })
    const others = CONTEXTS.filter((context) => context !== 'payment')
    const checked = await migrate('--check')
    expect([checked.exitCode, checked.lines.length]).toEqual([1, CONTEXTS.length])
    const { exitCode, lines } = await migrate()
    expect(exitCode).toBe(0)
    for (const context of others) expect(lines).toContainEqual(expect.stringMatching(`^${context}: ran 0000-chassis, `))
    expect(lines).toContain('payment: ran index payments_ordered, index payments_unheard')
    expect(await migrate('--check')).toEqual({
      exitCode: 0,
      lines: CONTEXTS.map((context) => `${context}: up to date`),
    })
    expect(await query(paymentUrl, 'SELECT id FROM payments')).toEqual([{ id: paymentId }])
  })

  it.each(CONTEXTS)('leaves %s’s processes no other rows to delete than what is done with', async (context) => {
    const url = databaseUrl(adminUrl, name(context), name(context), PASSWORD)
    const deletable = await query(
      url,
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND has_table_privilege(oid, 'delete') ORDER BY 1`,
    )
    expect(deletable.map((row) => row.name)).toEqual(['live_outbox', ...(DELETED[context] ?? [])].sort())
    await expect(query(url, 'TRUNCATE outbox')).rejects.toMatchObject({ code: '42501' })
    await expect(query(url, 'CREATE TABLE mine (id int)')).rejects.toMatchObject({ code: '42501' })
  })

  it('says which context failed and why, and does the others', async () => {
    const wrong = { ...OWNERS, [ownerPassword('item')]: 'not the password of it' }
    const { exitCode, lines } = await run({ DATABASE_URL: serverUrl, ...wrong })
    expect(exitCode).toBe(1)
    expect(lines).toContainEqual(expect.stringMatching(/^item: failed, and nothing was changed: .*password/))
    expect(lines).toContain('store: up to date')
  })

  it('names every setting that it lacks', async () => {
    const { exitCode, lines } = await run({})
    expect(exitCode).toBe(78)
    expect(lines).toHaveLength(1 + CONTEXTS.length)
  })
})
