import pg from 'pg'
import { CONNECTIONS_PER_PROCESS, STATEMENT_TIMEOUT_MS, sessionUrl } from '../../../chassis/postgres/session.ts'

/** An advisory lock for the whole server: two starts must not create the same role at the same time. */
const LOCK = 7_206_531

/** What the names of our databases and roles begin with. */
export const DATABASE_PREFIX = 'flower_'

/** The name of a context's database, and of the role that its processes use: `flower_my_page` for `my-page`. */
export const databaseName = (prefix: string, context: string) => `${prefix}${context.replaceAll('-', '_')}`

/** The role that owns a context's database and tables, and migrates them. */
export const ownerOf = (role: string) => `${role}_owner`

/** The connections that a context's role may have: for as many instances again, as while all are replaced by new ones. */
export const connectionsOf = (instances: number): number => 2 * instances * CONNECTIONS_PER_PROCESS

/** The connections of an owner: two migrations at once, and an operator. */
export const OWNER_CONNECTIONS = 5

/** The URL of a context's database, on the server of `serverUrl`, for its working role or its owner. */
export function databaseUrl(serverUrl: string, name: string, user: string, password: string): string {
  const url = new URL(serverUrl)
  url.username = user
  url.password = password
  url.pathname = `/${name}`
  return url.href
}

/**
 * Creates a database and two login roles for each context, unless they exist, and returns the URLs of the working roles by
 * context. The owner (`flower_order_owner`) has all rights on the database and its tables, and migrates them. The working role,
 * named as the database is, may connect; its rights on tables come with migrations (chassis/postgres/migrate.ts). No other role may
 * connect. A database whose working role was its owner, as in earlier versions, is given to the owner. A working role may have
 * as many connections as its `instances` (by default one each) need, twice. With `dedicated` (a server of our own) these roles
 * lose access to the server's other databases too; on a shared server those are left unchanged.
 */
export async function makeDatabases(options: {
  adminUrl: string
  contexts: readonly string[]
  password: (context: string) => string
  ownerPassword: (context: string) => string
  instances?: (context: string) => number
  prefix?: string
  dedicated?: boolean
}): Promise<Record<string, string>> {
  const { adminUrl, contexts, instances = () => 1, prefix = DATABASE_PREFIX, dedicated = false } = options
  const client = await connect(adminUrl)
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    const urls: Record<string, string> = {}
    for (const context of contexts) {
      const name = databaseName(prefix, context)
      const password = options.password(context)
      await makeRole(client, name, password, connectionsOf(instances(context)))
      await makeRole(client, ownerOf(name), options.ownerPassword(context), OWNER_CONNECTIONS)
      await makeDatabase(client, adminUrl, name)
      urls[context] = databaseUrl(adminUrl, name, name, password)
    }
    if (dedicated) await revokePublicAccess(client)
    return urls
  } finally {
    await client.end()
  }
}

/** A connection as the administrator, to another `database` than the URL's if one is given. */
export async function connect(adminUrl: string, database?: string): Promise<pg.Client> {
  const url = new URL(adminUrl)
  if (database !== undefined) url.pathname = `/${database}`
  const client = new pg.Client({
    connectionString: sessionUrl(url.href),
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
  })
  await client.connect()
  return client
}

const exists = async (client: pg.Client, sql: string, ...values: string[]) =>
  (await client.query(sql, values)).rows.length > 0

async function makeRole(client: pg.Client, name: string, password: string, connections: number): Promise<void> {
  const id = client.escapeIdentifier(name)
  if (!(await exists(client, 'SELECT 1 FROM pg_roles WHERE rolname = $1', name)))
    await client.query(`CREATE ROLE ${id} LOGIN`)
  // The administrator of a managed server is not a superuser, and may give things only to a role of which it is a member.
  if (!(await exists(client, "SELECT 1 WHERE pg_has_role(current_user, $1, 'USAGE')", name)))
    await client.query(`GRANT ${id} TO CURRENT_USER`)
  await client.query(`ALTER ROLE ${id} PASSWORD ${client.escapeLiteral(password)} CONNECTION LIMIT ${connections}`)
  // For sessions that set none of their own, such as an operator's; a context's do.
  await client.query(`ALTER ROLE ${id} SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`)
}

async function makeDatabase(client: pg.Client, adminUrl: string, name: string): Promise<void> {
  const owner = ownerOf(name)
  const id = client.escapeIdentifier(name) // the database's, and its working role's
  if (!(await exists(client, 'SELECT 1 FROM pg_database WHERE datname = $1', name)))
    await client.query(`CREATE DATABASE ${id} OWNER ${client.escapeIdentifier(owner)}`)
  const ownedBy =
    'SELECT 1 FROM pg_database WHERE datname = $1 AND datdba = (SELECT oid FROM pg_roles WHERE rolname = $2)'
  if (await exists(client, ownedBy, name, name)) await giveToOwner(adminUrl, name, owner)
  await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${id} FROM PUBLIC`)
  await client.query(`GRANT CONNECT ON DATABASE ${id} TO ${id}`)
}

/**
 * Gives a database of an earlier version, and all in it, to its owner. The working role keeps its rights on the rows until the
 * next migration has its own list, so that processes that still run go on.
 */
async function giveToOwner(adminUrl: string, name: string, owner: string): Promise<void> {
  const client = await connect(adminUrl, name)
  const role = client.escapeIdentifier(name)
  try {
    await client.query(`
      BEGIN;
      -- First, since only the owner of a database may own tables in its schema; REASSIGN goes in any order.
      ALTER DATABASE ${role} OWNER TO ${client.escapeIdentifier(owner)};
      REASSIGN OWNED BY ${role} TO ${client.escapeIdentifier(owner)};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role};
      GRANT CONNECT ON DATABASE ${role} TO ${role};
      COMMIT`)
  } finally {
    await client.end()
  }
}

async function revokePublicAccess(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datallowconn')
  for (const { datname } of rows) {
    await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${client.escapeIdentifier(datname)} FROM PUBLIC`)
  }
}
