import { setTimeout as sleep } from 'node:timers/promises'
import type { EntityManager } from '@mikro-orm/postgresql'
import { escapeIdentifier } from 'pg'
import { createOrm, pendingMigrations, type Schema } from './database.ts'
import { buildIndexes, missingIndexes } from './indexes.ts'

/** The key of an advisory lock, unique in this database (see outbox.ts for the others). */
const MIGRATION_LOCK = 7_001

/**
 * What a context's processes may do with the chassis's tables. A fact that was recorded stays as it is, and an inbox or a
 * list of migrations that forgets would have things done twice.
 */
const CHASSIS_RIGHTS: Record<string, string> = {
  outbox: 'select, insert, update (sequence, stream_created, republished)',
  inbox: 'select, insert',
  parked: 'select, insert',
  live_outbox: 'select, insert, delete',
  mikro_orm_migrations: 'select',
}
/**
 * While a migration waits for a lock on a table, everything else waits behind it. So it waits for less than a request does, lets the
 * others pass, and tries again.
 */
const LOCK_TIMEOUT = '2s'
const PAUSE_MS = 1_000
const MOST_TRIES = 60
/** A lock was not had in time, or two sessions waited for each other. */
const BUSY = ['55P03', '40P01']

const RIGHTS = 'select, insert, update'

/**
 * Runs a context's pending migrations as the owner of its database (`url`), and grants `workingRole` what the context's
 * processes need; all in one transaction. Then the schema's indexes are built. Callers that start together take turns. Returns the names of the migrations it ran
 * and of the indexes it built.
 */
export async function migrateDatabase(url: string, schema: Schema, workingRole: string): Promise<string[]> {
  // The migrator looks for its table on a second connection, outside the transaction.
  const orm = await createOrm(url, schema, { poolSize: 2, silenceMs: 0 })
  try {
    const ran = await whenFree(() =>
      orm.em.fork().transactional(async (em) => {
        // A migration may take long, and so may waiting for another caller's.
        await em.execute('set local statement_timeout = 0')
        await em.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
        await em.execute(`set local lock_timeout = '${LOCK_TIMEOUT}'`)
        const ran = await orm.migrator.up({ transaction: em.getTransactionContext() })
        await grantRights(em, schema, workingRole)
        return ran.map(({ name }) => name)
      }),
    )
    return [...ran, ...(await buildIndexes(url, schema))]
  } finally {
    await orm.close(true)
  }
}

/** Tries again while a table is in use, by a long transaction for instance. */
async function whenFree<Result>(migrate: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await migrate()
    } catch (error) {
      if (tries === MOST_TRIES || !isBusy(error)) throw error
      await sleep(PAUSE_MS)
    }
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && BUSY.includes(String(error.code))) || isBusy(error.cause))

/**
 * Grants exactly the rights on the owner's tables, whichever migration made them. (Default privileges would also cover tables
 * made by hand, which the code does not know.)
 */
async function grantRights(em: EntityManager, schema: Schema, workingRole: string): Promise<void> {
  const tables = await em.execute<{ name: string }[]>(`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relowner = current_user::regrole and relkind in ('r', 'p', 'v')`)
  const role = escapeIdentifier(workingRole)
  const statements = tables.flatMap(({ name }) => {
    const table = escapeIdentifier(name)
    const rights = CHASSIS_RIGHTS[name] ?? (schema.deletesFrom?.includes(name) ? `${RIGHTS}, delete` : RIGHTS)
    return [`revoke all on ${table} from ${role}`, `grant ${rights} on ${table} to ${role}`]
  })
  await em.execute(statements.join(';\n'))
}

/** The names of the migrations that `migrateDatabase` would run, and of the indexes that it would build. */
export async function migrationsToRun(url: string, schema: Schema): Promise<string[]> {
  const orm = await createOrm(url, schema, { poolSize: 1 })
  try {
    const pending = await pendingMigrations(orm, schema)
    if (pending === 'unreadable') throw new Error('The role is not the owner of the tables.')
    return [...pending, ...(await missingIndexes(url, schema))]
  } finally {
    await orm.close(true)
  }
}
