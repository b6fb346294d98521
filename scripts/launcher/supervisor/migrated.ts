import { CONTEXTS } from '../../contexts.mjs'
import { connect, DATABASE_PREFIX, databaseName } from '../infrastructure/databases.ts'

/** The code that decides what a migration does and which rights it grants. */
export const MIGRATING_CODE = [
  'subgraphs/*/outbound/postgres/*.ts',
  'chassis/postgres/*.ts',
  'scripts/migrate.ts',
  'package-lock.json',
]

/**
 * Of each database its identity and its migrations, so that one that was made anew, or restored from a backup, is noticed. Null if
 * a database cannot be read so, e.g. because it is new.
 */
export async function migratedState(
  adminUrl: string,
  { contexts = CONTEXTS, prefix = DATABASE_PREFIX }: { contexts?: readonly string[]; prefix?: string } = {},
): Promise<string | null> {
  try {
    return JSON.stringify(
      await Promise.all(contexts.map((context) => stateOf(adminUrl, databaseName(prefix, context)))),
    )
  } catch {
    return null
  }
}

async function stateOf(adminUrl: string, database: string): Promise<unknown> {
  const client = await connect(adminUrl, database)
  try {
    const { rows } = await client.query(`
      SELECT (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS oid,
        (SELECT string_agg(name, ',' ORDER BY id) FROM mikro_orm_migrations) AS migrations`)
    return rows
  } finally {
    await client.end()
  }
}
