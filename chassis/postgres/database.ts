import { type Migration, Migrator } from '@mikro-orm/migrations'
import { type Constructor, type EntityName, type EntitySchema, MikroORM } from '@mikro-orm/postgresql'
import type { Pool, PoolClient } from 'pg'
import { ChassisLive, ChassisLivePlace, ChassisRepublished, ChassisTables, LiveOutboxRow, OutboxRow } from './rows.ts'
import { sessionOptions } from './session.ts'

export type { EntitySchema }

/** A context's own tables, and how they came to be: the migrations in the order they run (names never change). */
export type Schema = { entities: EntityName[]; migrations: Record<string, Constructor<Migration>> }

/**
 * Opens a context's database: migrates it (replicas starting together take turns) and returns the ORM.
 * Throws where the database can't be reached or a migration fails.
 */
export async function openDatabase(
  url: string,
  schema: Schema,
  options: { poolSize?: number } = {},
): Promise<MikroORM> {
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [OutboxRow, LiveOutboxRow, ...schema.entities],
    pool: { min: 0, max: options.poolSize ?? 10 },
    extensions: [Migrator],
    logger: () => {}, // What matters is thrown.
    // A batch checks the versions first and updates after: two that change the same rows would both pass the check.
    useBatchUpdates: false,
    ensureDatabase: false, // A mistaken name is told, not made true.
    migrations: {
      snapshot: false,
      migrationsList: Object.entries({
        '0000-chassis': ChassisTables,
        '0000-chassis-live': ChassisLive,
        '0000-chassis-live-place': ChassisLivePlace,
        '0000-chassis-republished': ChassisRepublished,
        ...schema.migrations,
      }).map(([name, made]) => ({ name, class: made })),
    },
    driverOptions: {
      application_name: 'service',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      options: sessionOptions({
        // A statement that hangs must not hold its connection, and with it the pool, for ever;
        statement_timeout: 15_000,
        // nor a process that froze amid a transaction its locks.
        idle_in_transaction_session_timeout: 10_000,
      }),
      onPoolCreated: freeTheDead,
    },
  })
  try {
    await orm.em.fork().transactional(async (em) => {
      await em.execute('set local statement_timeout = 0') // An index takes the time it takes, and so do the others' turns.
      await em.execute('select pg_advisory_xact_lock(?)', [MIGRATING])
      await orm.migrator.up({ transaction: em.getTransactionContext() })
    })
  } catch (error) {
    await orm.close(true)
    throw error
  }
  return orm
}

/** Longer than any holder needs to give back, of its own, a connection that has ended. */
const GIVE_BACK_MS = 1_000

/**
 * The connection of a transaction that can't even be rolled back, its session having ended, is never given back by
 * Kysely (0.29): without this a restarted database would leave the pool empty for ever.
 */
function freeTheDead(pool: Pool): void {
  const taken = new Set<PoolClient>()
  pool.on('acquire', (client) => taken.add(client))
  pool.on('release', (_, client) => taken.delete(client))
  const giveBack = (client: PoolClient) => taken.has(client) && client.release(true)
  pool.on('connect', (client) => client.once('end', () => setTimeout(giveBack, GIVE_BACK_MS, client).unref()))
}

/** Any number will do, as long as nothing else in this database takes the same one. */
const MIGRATING = 7_001

/** Whether the database answers; throws what is missing, in words for anyone. */
export async function checkDatabase(orm: MikroORM): Promise<void> {
  try {
    await orm.em.fork().execute('select 1')
  } catch (cause) {
    throw new Error('does not answer', { cause })
  }
}
