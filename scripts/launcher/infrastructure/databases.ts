import pg from 'pg'
import { sessionUrl } from '../../../chassis/postgres/session.ts'

/** One lock for the whole server: two starts must not make the same role at once. */
const LOCK = 7_206_531

/** `my-page` has the database and the role `flower_my_page`. */
export const databaseName = (prefix: string, context: string) => `${prefix}${context.replaceAll('-', '_')}`

/**
 * Makes a database and a login role of the same name for each context, if they are not there yet, and answers each
 * one's URL. A role owns its database, and nobody else may connect to it. With `dedicated` (a server of our own) the
 * server's other databases are closed to these roles as well; on a server shared with others they are left alone.
 */
export async function makeDatabases(options: {
  adminUrl: string
  contexts: readonly string[]
  password: (context: string) => string
  prefix?: string
  dedicated?: boolean
}): Promise<Record<string, string>> {
  const { adminUrl, contexts, password, prefix = 'flower_', dedicated = false } = options
  const connectionString = sessionUrl(adminUrl)
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000, query_timeout: 30_000 })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    const urls: Record<string, string> = {}
    for (const context of contexts) {
      const name = databaseName(prefix, context)
      await makeOne(client, name, password(context))
      const url = new URL(adminUrl)
      url.username = name
      url.password = password(context)
      url.pathname = `/${name}`
      urls[context] = url.href
    }
    if (dedicated) await closeAll(client)
    return urls
  } finally {
    await client.end()
  }
}

async function makeOne(client: pg.Client, name: string, password: string): Promise<void> {
  const id = client.escapeIdentifier(name)
  const exists = async (sql: string) => (await client.query(sql, [name])).rows.length > 0
  if (!(await exists('SELECT 1 FROM pg_roles WHERE rolname = $1'))) await client.query(`CREATE ROLE ${id} LOGIN`)
  await client.query(`ALTER ROLE ${id} PASSWORD ${client.escapeLiteral(password)}`)
  if (!(await exists('SELECT 1 FROM pg_database WHERE datname = $1'))) {
    // A managed server's administrator is no superuser, and may give a database only to a role it belongs to.
    await client.query(`GRANT ${id} TO CURRENT_USER`)
    await client.query(`CREATE DATABASE ${id} OWNER ${id}`)
  }
  await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${id} FROM PUBLIC`)
}

async function closeAll(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datallowconn')
  for (const { datname } of rows) {
    await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${client.escapeIdentifier(datname)} FROM PUBLIC`)
  }
}
