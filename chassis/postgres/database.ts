import { type Migration, Migrator } from '@mikro-orm/migrations'
import { type Constructor, type EntityName, type EntitySchema, MikroORM } from '@mikro-orm/postgresql'
import type { Pool, PoolClient } from 'pg'
import { ChassisLive, ChassisLivePlace, ChassisRepublished, ChassisTables, LiveOutboxRow, OutboxRow } from './rows.ts'
import { POOL_SIZE, STATEMENT_TIMEOUT_MS, sessionOptions } from './session.ts'

export type { EntitySchema }

/** A context's own tables, and its migrations by name in the order they run. A migration's name never changes. */
export type Schema = { entities: EntityName[]; migrations: Record<string, Constructor<Migration>> }

/**
 * Opens a context's database: migrates it (replicas that start together take turns) and returns the ORM. Throws if the
 * database can't be reached or a migration fails. A transaction in which nothing happens for `idleInTransactionMs`
 * (10,000) loses its session.
 */
export async function openDatabase(
  url: string,
  schema: Schema,
  options: { poolSize?: number; idleInTransactionMs?: number } = {},
): Promise<MikroORM> {
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [OutboxRow, LiveOutboxRow, ...schema.entities],
    pool: { min: 0, max: options.poolSize ?? POOL_SIZE },
    extensions: [Migrator],
    logger: () => {}, // Failures are thrown.
    // A batched update checks the rows' versions before it updates them, so two concurrent ones could both pass the check.
    useBatchUpdates: false,
    ensureDatabase: false, // A mistyped name must fail, not create a database.
    migrations: {
      snapshot: false,
      migrationsList: Object.entries({
        '0000-chassis': ChassisTables,
        '0000-chassis-live': ChassisLive,
        '0000-chassis-live-place': ChassisLivePlace,
        '0000-chassis-republished': ChassisRepublished,
        ...schema.migrations,
      }).map(([name, migration]) => ({ name, class: migration })),
    },
    driverOptions: {
      application_name: 'service',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      options: sessionOptions({
        statement_timeout: STATEMENT_TIMEOUT_MS,
        // A process that froze in a transaction must not hold its locks for ever.
        idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 10_000,
      }),
      onPoolCreated: releaseEndedClients,
    },
  })
  try {
    await orm.em.fork().transactional(async (em) => {
      await em.execute('set local statement_timeout = 0') // A migration may take long, and so may waiting for another replica's.
      await em.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
      await orm.migrator.up({ transaction: em.getTransactionContext() })
    })
  } catch (error) {
    await orm.close(true)
    throw error
  }
  return orm
}

/** Longer than Kysely needs to release an ended connection when it does so itself. */
const RELEASE_MS = 1_000

/**
 * Kysely (0.29) never releases the connection of a transaction that can't be rolled back because its session has ended.
 * Without this, a restart of the database would leave the pool empty for ever.
 */
function releaseEndedClients(pool: Pool): void {
  const acquired = new Set<PoolClient>()
  pool.on('acquire', (client) => acquired.add(client))
  pool.on('release', (_, client) => acquired.delete(client))
  const release = (client: PoolClient) => acquired.has(client) && client.release(true)
  pool.on('connect', (client) => client.once('end', () => setTimeout(release, RELEASE_MS, client).unref()))
}

/** The key of an advisory lock, unique in this database (see outbox.ts for the others). */
const MIGRATION_LOCK = 7_001

/** Throws, with a message that needs no knowledge of internals, if the database does not answer. */
export async function checkDatabase(orm: MikroORM): Promise<void> {
  try {
    await orm.em.fork().execute('select 1')
  } catch (cause) {
    throw new Error('does not answer', { cause })
  }
}
