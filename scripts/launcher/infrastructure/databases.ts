import pg from 'pg'
import { CONNECTIONS_PER_PROCESS, STATEMENT_TIMEOUT_MS, sessionUrl } from '../../../chassis/postgres/session.ts'

/** An advisory lock for the whole server: two starts must not create the same role at the same time. */
const LOCK = 7_206_531

/** The name of a context's database and role: `flower_my_page` for `my-page`. */
export const databaseName = (prefix: string, context: string) => `${prefix}${context.replaceAll('-', '_')}`

/** The connections that a context's role may have: for as many instances again, as while all are replaced by new ones. */
export const connectionsOf = (instances: number): number => 2 * instances * CONNECTIONS_PER_PROCESS

/**
 * Creates a database and a login role of the same name for each context, unless they exist, and returns the URLs by
 * context. A role owns its database, and no other role may connect to it. It may have as many connections as its `instances`
 * (by default one each) need, twice. With `dedicated` (a server of our own) these roles
 * lose access to the server's other databases too; on a shared server those are left unchanged.
 */
export async function makeDatabases(options: {
  adminUrl: string
  contexts: readonly string[]
  password: (context: string) => string
  instances?: (context: string) => number
  prefix?: string
  dedicated?: boolean
}): Promise<Record<string, string>> {
  const { adminUrl, contexts, password, instances = () => 1, prefix = 'flower_', dedicated = false } = options
  const connectionString = sessionUrl(adminUrl)
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000, query_timeout: 30_000 })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    const urls: Record<string, string> = {}
    for (const context of contexts) {
      const name = databaseName(prefix, context)
      await createDatabase(client, name, password(context), connectionsOf(instances(context)))
      const url = new URL(adminUrl)
      url.username = name
      url.password = password(context)
      url.pathname = `/${name}`
      urls[context] = url.href
    }
    if (dedicated) await revokePublicAccess(client)
    return urls
  } finally {
    await client.end()
  }
}

async function createDatabase(client: pg.Client, name: string, password: string, connections: number): Promise<void> {
  const id = client.escapeIdentifier(name)
  const exists = async (sql: string) => (await client.query(sql, [name])).rows.length > 0
  if (!(await exists('SELECT 1 FROM pg_roles WHERE rolname = $1'))) await client.query(`CREATE ROLE ${id} LOGIN`)
  await client.query(`ALTER ROLE ${id} PASSWORD ${client.escapeLiteral(password)} CONNECTION LIMIT ${connections}`)
  // For sessions that set none of their own, such as an operator's; a context's do.
  await client.query(`ALTER ROLE ${id} SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`)
  if (!(await exists('SELECT 1 FROM pg_database WHERE datname = $1'))) {
    // The administrator of a managed server is not a superuser, and may assign a database only to a role of which it is a member.
    await client.query(`GRANT ${id} TO CURRENT_USER`)
    await client.query(`CREATE DATABASE ${id} OWNER ${id}`)
  }
  await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${id} FROM PUBLIC`)
}

async function revokePublicAccess(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datallowconn')
  for (const { datname } of rows) {
    await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${client.escapeIdentifier(datname)} FROM PUBLIC`)
  }
}
