import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { connectionsOf, makeDatabases } from './databases.ts'

const prefix = `test_${process.pid}_`
const contexts = ['order', 'my-page']
const adminUrl = process.env.TEST_DATABASE_URL ?? ''
const make = () => makeDatabases({ adminUrl, contexts, prefix, password: (context) => `secret-of-${context}` })

const query = async (url: string, sql: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client.query(sql).finally(() => client.end())
}
const at = (url: string, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href

describe('the databases of the contexts', () => {
  let urls: Record<string, string>
  beforeAll(async () => {
    // Two starts at once, on purpose.
    ;[urls] = await Promise.all([make(), make()])
  })
  afterAll(async () => {
    for (const name of ['order', 'my_page']) {
      await query(adminUrl, `DROP DATABASE ${prefix}${name} WITH (FORCE)`)
      await query(adminUrl, `DROP ROLE ${prefix}${name}`)
    }
  })

  it('belong to one role each, which may change them', async () => {
    const { rows } = await query(urls['my-page'] ?? '', 'CREATE TABLE entry (id int); SELECT 1').then(() =>
      query(
        urls['my-page'] ?? '',
        'SELECT current_user AS role, current_database() AS database FROM entry FULL JOIN (SELECT 1) one ON true',
      ),
    )
    expect(rows).toEqual([{ role: `${prefix}my_page`, database: `${prefix}my_page` }])
  })

  it.each(['order', 'my-page'])('are closed to every other role: %s', async (context) => {
    const other = context === 'order' ? 'my_page' : 'order'
    await expect(query(at(urls[context] ?? '', `${prefix}${other}`), 'SELECT 1')).rejects.toThrow(/permission denied/)
  })

  const limitsOf = async (context: string) => {
    const sql = `SELECT rolconnlimit AS connections, rolconfig AS settings FROM pg_roles WHERE rolname = '${prefix}${context}'`
    return (await query(adminUrl, sql)).rows[0]
  }

  it('have room for a second instance of each process, and let no statement run for ever', async () => {
    // Two instances, each with a pool of 10 and two relays.
    expect(await limitsOf('order')).toEqual({ connections: 24, settings: ['statement_timeout=15000'] })
    await makeDatabases({
      ...{ adminUrl, contexts, prefix, password: (context) => `secret-of-${context}` },
      instances: (context) => (context === 'order' ? 3 : 1),
    })
    expect([await limitsOf('order'), await limitsOf('my_page')]).toMatchObject([
      { connections: 72 },
      { connections: 24 },
    ])
    await make()
    expect(connectionsOf(1)).toBe(24)
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
    await query(urls.order ?? '', 'CREATE TABLE kept (id int)')
    await makeDatabases({ adminUrl, contexts, prefix, password: () => 'a-new-one' })
    await expect(query(urls.order ?? '', 'SELECT * FROM kept')).rejects.toThrow(/password/)
    const url = Object.assign(new URL(urls.order ?? ''), { password: 'a-new-one' }).href
    expect((await query(url, 'SELECT * FROM kept')).rows).toEqual([])
  })
})
