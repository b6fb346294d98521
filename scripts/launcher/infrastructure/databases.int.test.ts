import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { until } from '../../../chassis/testing/until.ts'
import { connectionsOf, databaseName, databaseUrl, makeDatabases, ownerOf, revokePublicAccess } from './databases.ts'

const prefix = `test_${process.pid}_`
const contexts = ['order', 'my-page']
const adminUrl = process.env.TEST_DATABASE_URL ?? ''
const common = {
  ...{ adminUrl, contexts, prefix },
  password: (context: string) => `secret-of-${context}`,
  ownerPassword: (context: string) => `owner-of-${context}`,
}
const make = () => makeDatabases(common)
const ownerUrl = (context: string) => {
  const name = databaseName(prefix, context)
  return databaseUrl(adminUrl, name, ownerOf(name), `owner-of-${context}`)
}

const query = async (url: string, sql: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client.query(sql).finally(() => client.end())
}
const at = (url: string, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href

describe('the databases of the contexts', () => {
  let urls: Record<string, string>
  beforeAll(async () => {
    await query(adminUrl, `CREATE ROLE ${prefix}admin LOGIN CREATEROLE CREATEDB PASSWORD 'a'`)
    // Two starts at once, on purpose.
    ;[urls] = await Promise.all([make(), make()])
  })
  afterAll(async () => {
    for (const name of ['order', 'my_page', 'old', 'old2']) {
      await query(adminUrl, `DROP DATABASE ${prefix}${name} WITH (FORCE)`)
      for (const role of [`${prefix}${name}`, `${prefix}${name}_owner`]) await query(adminUrl, `DROP ROLE ${role}`)
    }
    await query(adminUrl, `DROP ROLE ${prefix}admin`)
  })

  it('belong to an owner each, who may change them, as the role that works there may not', async () => {
    const owner = ownerUrl('my-page')
    await query(owner, 'CREATE TABLE entry (id int); CREATE TEMPORARY TABLE passing (id int)')
    const { rows } = await query(owner, 'SELECT current_user AS role, current_database() AS database')
    expect(rows).toEqual([{ role: `${prefix}my_page_owner`, database: `${prefix}my_page` }])
    for (const sql of ['CREATE TABLE mine (id int)', 'CREATE TEMPORARY TABLE mine (id int)', 'SELECT * FROM entry'])
      await expect(query(urls['my-page'] ?? '', sql)).rejects.toMatchObject({ code: '42501' })
    await expect(query(urls['my-page'] ?? '', `ALTER DATABASE ${prefix}my_page SET lock_timeout = 1`)).rejects.toThrow(
      /must be owner/,
    )
  })

  it.each([
    ['a superuser', adminUrl],
    ['an administrator who is none, as on managed servers', databaseUrl(adminUrl, 'postgres', `${prefix}admin`, 'a')],
  ])(
    'of an earlier version are given to their owners with all that is in them, while processes go on: by %s',
    async (_, by) => {
      const old = `${prefix}old${by === adminUrl ? '' : '2'}`
      const context = old.slice(prefix.length)
      await query(by, `CREATE ROLE ${old} LOGIN PASSWORD 'secret-of-${context}'`)
      await query(by, `GRANT ${old} TO CURRENT_USER`)
      await query(by, `CREATE DATABASE ${old} OWNER ${old}`)
      const running = new pg.Client({ connectionString: databaseUrl(adminUrl, old, old, `secret-of-${context}`) })
      await running.connect()
      await running.query(`
      CREATE TABLE outbox (position bigint GENERATED ALWAYS AS IDENTITY, message text);
      CREATE FUNCTION wake() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY outbox; RETURN null; END $$;
      CREATE TRIGGER wake AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION wake();
      INSERT INTO outbox (message) VALUES ('one')`)
      const { [context]: url = '' } = await makeDatabases({ ...common, adminUrl: by, contexts: [context] })
      await running.query("INSERT INTO outbox (message) VALUES ('two')")
      await running.query('UPDATE outbox SET message = message')
      await running.end()
      expect((await query(url, 'SELECT message FROM outbox ORDER BY position')).rows).toEqual(
        ['one', 'two'].map((message) => ({ message })),
      )
      await expect(query(url, 'DROP TABLE outbox')).rejects.toThrow(/must be owner/)
      await query(ownerUrl(context), 'ALTER TABLE outbox ADD COLUMN more int; DROP FUNCTION wake CASCADE')
      const owners = `SELECT datdba::regrole::text AS owner FROM pg_database WHERE datname = '${old}'`
      expect((await query(adminUrl, owners)).rows).toEqual([{ owner: `${old}_owner` }])
      await makeDatabases({ ...common, adminUrl: by, contexts: [context] })
    },
  )

  it.each(['order', 'my-page'])('are closed to every other role: %s', async (context) => {
    const other = context === 'order' ? 'my_page' : 'order'
    await expect(query(at(urls[context] ?? '', `${prefix}${other}`), 'SELECT 1')).rejects.toThrow(/permission denied/)
  })

  it('leave the server’s other databases to those who replicate it, and to no other role', async () => {
    const [standby, other] = [`${prefix}standby`, `${prefix}other`]
    await query(
      adminUrl,
      `CREATE ROLE ${standby} LOGIN REPLICATION PASSWORD 'a'; CREATE ROLE ${other} LOGIN PASSWORD 'a'`,
    )
    await query(adminUrl, `CREATE DATABASE ${other}`)
    const client = new pg.Client({ connectionString: adminUrl })
    try {
      await client.connect()
      await revokePublicAccess(client, [other])
      const { rows } = await query(databaseUrl(adminUrl, other, standby, 'a'), 'SELECT current_user AS role')
      expect(rows).toEqual([{ role: standby }])
      await expect(query(databaseUrl(adminUrl, other, other, 'a'), 'SELECT 1')).rejects.toThrow(/permission denied/)
    } finally {
      await client.end()
      await query(adminUrl, `DROP DATABASE ${other} WITH (FORCE)`)
      await query(adminUrl, `DROP ROLE ${standby}, ${other}`)
    }
  })

  const limitsOf = async (context: string) => {
    const sql = `SELECT rolconnlimit AS connections, rolconfig AS settings FROM pg_roles WHERE rolname = '${prefix}${context}'`
    return (await query(adminUrl, sql)).rows[0]
  }

  it('have room for a second instance of each process, and let no statement run for ever', async () => {
    // Two instances, each with a pool of 10 and two relays.
    expect(await limitsOf('order')).toEqual({ connections: 24, settings: ['statement_timeout=15000'] })
    await makeDatabases({
      ...common,
      instances: (context) => (context === 'order' ? 3 : 1),
    })
    expect([await limitsOf('order'), await limitsOf('my_page')]).toMatchObject([
      { connections: 72 },
      { connections: 24 },
    ])
    await make()
    expect(connectionsOf(1)).toBe(24)
    expect(connectionsOf(6, 4)).toBe(72) // An autoscaler's maximum, with smaller pools.
  })

  it('are made once, and again if a role, a database or what is asked for has changed', async () => {
    const record = join(mkdtempSync(join(tmpdir(), 'flower-databases-')), 'record')
    const role = `${prefix}order`
    /** PostgreSQL salts a password anew whenever it is set. */
    const isMadeBy = async (options: Partial<Parameters<typeof makeDatabases>[0]> = {}) => {
      const salted = async () =>
        (await query(adminUrl, `SELECT rolpassword FROM pg_authid WHERE rolname = '${role}'`)).rows[0].rolpassword
      const before = await salted()
      expect(await makeDatabases({ ...common, record, ...options })).toEqual(urls)
      return (await salted()) !== before
    }
    // Other test files make databases on the same server meanwhile, after which it is looked at again.
    const MADE_ONCE = 'nothing is made where nothing has changed'
    try {
      expect(await isMadeBy()).toBe(true)
      await until(async () => !(await isMadeBy()), MADE_ONCE)
      for (const change of [
        `ALTER ROLE ${role} PASSWORD 'its own'`,
        `ALTER ROLE ${role} SET statement_timeout = 0`,
        `ALTER ROLE ${role} CONNECTION LIMIT 5`,
        `ALTER DATABASE ${role} OWNER TO postgres`,
        `GRANT CONNECT ON DATABASE ${role} TO PUBLIC`,
      ]) {
        await query(adminUrl, change)
        expect([change, await isMadeBy()]).toEqual([change, true])
      }
      expect(await isMadeBy({ ownerPassword: () => 'another' })).toBe(true)
      expect(await isMadeBy({ instances: () => 2 })).toBe(true)
      expect(await isMadeBy()).toBe(true)
      await until(async () => !(await isMadeBy()), MADE_ONCE)
    } finally {
      await query(adminUrl, `ALTER DATABASE ${role} OWNER TO ${role}_owner`)
      rmSync(dirname(record), { recursive: true })
    }
  })

  it('refuse a role one connection more, and no other role for it', async () => {
    const clients = Array.from({ length: connectionsOf(1) }, () => new pg.Client({ connectionString: urls.order }))
    try {
      await Promise.all(clients.map((client) => client.connect()))
      await expect(query(urls.order ?? '', 'SELECT 1')).rejects.toMatchObject({ code: '53300' })
      expect((await query(urls['my-page'] ?? '', 'SELECT 1')).rows).toHaveLength(1)
    } finally {
      await Promise.all(clients.map((client) => client.end()))
    }
  })

  it('keep their data, and accept only the new password, when created again', async () => {
    await query(ownerUrl('order'), `CREATE TABLE kept (id int); GRANT SELECT ON kept TO ${prefix}order`)
    await makeDatabases({ ...common, password: () => 'a-new-one' })
    await expect(query(urls.order ?? '', 'SELECT * FROM kept')).rejects.toThrow(/password/)
    const url = Object.assign(new URL(urls.order ?? ''), { password: 'a-new-one' }).href
    expect((await query(url, 'SELECT * FROM kept')).rows).toEqual([])
  })
})
