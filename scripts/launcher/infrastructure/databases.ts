import { resolve } from 'node:path'
import pg from 'pg'
import {
  connectionsPerProcess,
  POOL_SIZE,
  STATEMENT_TIMEOUT_MS,
  sessionUrl,
} from '../../../chassis/postgres/session.ts'
import { hashOfFiles, unlessDone } from '../unless-done.ts'

/** An advisory lock for the whole server: two starts must not create the same role at the same time. */
const LOCK = 7_206_531

/** What the names of our databases and roles begin with. */
export const DATABASE_PREFIX = 'flower_'

/** The name of a context's database, and of the role that its processes use: `flower_my_page` for `my-page`. */
export const databaseName = (prefix: string, context: string) => `${prefix}${context.replaceAll('-', '_')}`

/** The role that owns a context's database and tables, and migrates them. */
export const ownerOf = (role: string) => `${role}_owner`

/** The connections that a context's role may have: for as many instances again, as while all are replaced by new ones. */
export const connectionsOf = (instances: number, poolSize = POOL_SIZE): number =>
  2 * instances * connectionsPerProcess(poolSize)

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

type Options = {
  adminUrl: string
  contexts: readonly string[]
  password: (context: string) => string
  ownerPassword: (context: string) => string
  instances?: (context: string) => number
  /** DATABASE_CONNECTIONS of each process. */
  poolSize?: number
  prefix?: string
  dedicated?: boolean
  /** A file that records what was made, so that a start that finds exactly that makes nothing. */
  record?: string
}

/**
 * Creates a database and two login roles for each context, unless they exist, and returns the URLs of the working roles by
 * context. The owner (`flower_order_owner`) has all rights on the database and its tables, and migrates them. The working role,
 * named as the database is, may connect; its rights on tables come with migrations (chassis/postgres/migrate.ts). No other role may
 * connect. A database whose working role was its owner, as in earlier versions, is given to the owner. A working role may have
 * as many connections as its `instances` (by default one each) need, twice. With `dedicated` (a server of our own) these roles
 * lose access to the server's other databases too; on a shared server those are left unchanged.
 */
export async function makeDatabases(options: Options): Promise<Record<string, string>> {
  const {
    adminUrl,
    contexts,
    instances = () => 1,
    poolSize,
    prefix = DATABASE_PREFIX,
    dedicated = false,
    record,
  } = options
  const databases = contexts.map((context) => databaseName(prefix, context))
  const roles = contexts.flatMap((context, index): Role[] => {
    const name = databases[index] ?? ''
    return [
      { name, password: options.password(context), connections: connectionsOf(instances(context), poolSize) },
      { name: ownerOf(name), password: options.ownerPassword(context), connections: OWNER_CONNECTIONS },
    ]
  })
  const client = await connect(adminUrl)
  const make = async () => {
    await makeRoles(client, roles)
    for (const name of databases) await makeDatabase(client, adminUrl, name)
    if (dedicated) await revokePublicAccess(client, await otherDatabases(client, databases))
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    if (record === undefined) await make()
    else {
      const cause = JSON.stringify([hashOfFiles(ROOT, CODE), roles, dedicated])
      await unlessDone({ file: record, cause, found: () => catalogState(client, roles) }, make)
    }
  } finally {
    await client.end()
  }
  return Object.fromEntries(
    contexts.map((context, index) => {
      const name = databases[index] ?? ''
      return [context, databaseUrl(adminUrl, name, name, options.password(context))]
    }),
  )
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

const ROOT = resolve(import.meta.dirname, '../../..')
/** The code that decides what is made. */
const CODE = ['scripts/launcher/infrastructure/databases.ts', 'chassis/postgres/session.ts']

/**
 * Everything on the server that `makeDatabases` makes or changes, as its catalog has it, with the passwords' hashes. Null where only
 * a superuser may read these, as on managed servers.
 */
async function catalogState(client: pg.Client, roles: Role[]): Promise<string | null> {
  const { rows: may } = await client.query("SELECT 1 WHERE has_table_privilege('pg_authid', 'select')")
  if (may.length === 0) return null
  const { rows } = await client.query(
    `WITH ours AS (SELECT * FROM pg_authid WHERE rolname = ANY ($1))
     SELECT (SELECT system_identifier::text FROM pg_control_system()) AS server,
       (SELECT json_agg(r ORDER BY oid) FROM ours r) AS roles,
       (SELECT json_agg(s ORDER BY setdatabase, setrole) FROM pg_db_role_setting s WHERE setrole IN (SELECT oid FROM ours)) AS settings,
       (SELECT json_agg(m ORDER BY oid) FROM pg_auth_members m WHERE roleid IN (SELECT oid FROM ours)) AS members,
       (SELECT json_agg(json_build_array(oid, datname, datdba, datacl) ORDER BY oid) FROM pg_database) AS databases`,
    [roles.map(({ name }) => name)],
  )
  return JSON.stringify(rows)
}

const exists = async (client: pg.Client, sql: string, ...values: string[]) =>
  (await client.query(sql, values)).rows.length > 0

type Role = { name: string; password: string; connections: number }

/** Creates or changes all roles by one statement, and so all or none. */
async function makeRoles(client: pg.Client, roles: Role[]): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles')
  const existing = new Set(rows.map(({ rolname }) => rolname))
  const statements = roles.flatMap(({ name, password, connections }) => {
    const id = client.escapeIdentifier(name)
    return [
      ...(existing.has(name) ? [] : [`CREATE ROLE ${id} LOGIN`]),
      // The administrator of a managed server is not a superuser, and may give things only to a role of which it is a member.
      `DO $$ BEGIN
         IF NOT pg_has_role(current_user, ${client.escapeLiteral(name)}, 'USAGE') THEN GRANT ${id} TO CURRENT_USER; END IF;
       END $$`,
      `ALTER ROLE ${id} PASSWORD ${client.escapeLiteral(password)} CONNECTION LIMIT ${connections}`,
      // For sessions that set none of their own, such as an operator's; a context's do.
      `ALTER ROLE ${id} SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
    ]
  })
  await client.query(statements.join(';\n'))
}

async function makeDatabase(client: pg.Client, adminUrl: string, name: string): Promise<void> {
  const owner = ownerOf(name)
  const id = client.escapeIdentifier(name) // the database's, and its working role's
  if (!(await exists(client, 'SELECT 1 FROM pg_database WHERE datname = $1', name)))
    await client.query(`CREATE DATABASE ${id} OWNER ${client.escapeIdentifier(owner)}`)
  const ownedBy =
    'SELECT 1 FROM pg_database WHERE datname = $1 AND datdba = (SELECT oid FROM pg_roles WHERE rolname = $2)'
  if (await exists(client, ownedBy, name, name)) await giveToOwner(adminUrl, name, owner)
  await client.query(`
    REVOKE CONNECT, TEMPORARY ON DATABASE ${id} FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${id} TO ${id}`)
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

/**
 * Nobody may connect to these databases who has no right of his own. Roles that replicate get one: they can read everything in the
 * WAL anyhow, and an operator's standby connects to `postgres` to rewind itself after a failover.
 */
export async function revokePublicAccess(client: pg.Client, names: string[]): Promise<void> {
  if (names.length === 0) return
  const databases = names.map((name) => client.escapeIdentifier(name)).join(', ')
  await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${databases} FROM PUBLIC`)
  const { rows } = await client.query<{ rolname: string }>(
    'SELECT rolname FROM pg_roles WHERE rolreplication AND rolcanlogin AND NOT rolsuper',
  )
  const roles = rows.map(({ rolname }) => client.escapeIdentifier(rolname)).join(', ')
  if (roles) await client.query(`GRANT CONNECT ON DATABASE ${databases} TO ${roles}`)
}

/**
 * The server's databases that take connections, without those of the contexts; of a managed server without its own, whose rights
 * its administrator may not change.
 */
async function otherDatabases(client: pg.Client, own: string[]): Promise<string[]> {
  const { rows } = await client.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datallowconn AND pg_has_role(current_user, datdba, 'USAGE')",
  )
  return rows.map(({ datname }) => datname).filter((name) => !own.includes(name))
}
