import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CONTEXTS } from '../../contexts.mjs'
import { connect, DATABASE_PREFIX, databaseName } from '../infrastructure/databases.ts'

/** The code that decides what a migration does and which rights it grants. */
const CODE = ['subgraphs/*/outbound/postgres/*.ts', 'chassis/postgres/*.ts', 'scripts/migrate.ts', 'package-lock.json']

/**
 * What has been migrated by which code, as one hash: a start that finds the same as after the last migration has nothing to
 * migrate. Of each database it has the identity and the migrations, so that one that was made anew, or restored from a backup, is
 * migrated. Null if a database cannot be read so, e.g. because it is new.
 */
export async function migratedState(
  root: string,
  adminUrl: string,
  { contexts = CONTEXTS, prefix = DATABASE_PREFIX }: { contexts?: readonly string[]; prefix?: string } = {},
): Promise<string | null> {
  try {
    const databases = await Promise.all(contexts.map((context) => stateOf(adminUrl, databaseName(prefix, context))))
    const state = createHash('sha256').update(JSON.stringify(databases))
    for (const file of globSync(CODE, { cwd: root }).sort()) {
      if (!file.includes('.test.')) state.update(file).update(readFileSync(resolve(root, file)))
    }
    return state.digest('hex')
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
