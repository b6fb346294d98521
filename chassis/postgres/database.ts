import { type Migration, Migrator } from '@mikro-orm/migrations'
import { type Constructor, type EntityName, type EntitySchema, MikroORM } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import { endSilentClients, releaseEndedClients, SILENCE_MS } from './pool.ts'
import {
  ChassisInboxTypes,
  ChassisLive,
  ChassisLivePlace,
  ChassisRepublished,
  ChassisTables,
  LiveOutboxRow,
  OutboxRow,
} from './rows.ts'
import { POOL_SIZE, STATEMENT_TIMEOUT_MS, sessionUrl } from './session.ts'

export type { EntitySchema }

/** A context's own tables, and its migrations by name in the order they run. A migration's name never changes. */
export type Schema = {
  entities: EntityName[]
  migrations: Record<string, Constructor<Migration>>
  /**
   * Indexes on tables that may have many rows, by name: `orders (pay_by)`. They are built after the migrations, while the tables are
   * read and written (indexes.ts); in a migration they would block both.
   */
  indexes?: Record<string, string>
  /** The tables from which the context deletes rows. From its other tables its processes can't (migrate.ts). */
  deletesFrom?: readonly string[]
}

/** All migrations of a context's database, by name in the order they run: the chassis's, then its own. */
export const migrationsOf = (schema: Schema): Schema['migrations'] => ({
  '0000-chassis': ChassisTables,
  '0000-chassis-live': ChassisLive,
  '0000-chassis-live-place': ChassisLivePlace,
  '0000-chassis-republished': ChassisRepublished,
  '0000-chassis-inbox-types': ChassisInboxTypes,
  ...schema.migrations,
})

type Options = {
  poolSize?: number
  idleInTransactionMs?: number
  silenceMs?: number
  onPool?: ((pool: Pool) => void) | undefined
}

/**
 * Opens a context's database and checks that it has been migrated. Throws if it can't be reached, or lacks migrations:
 * processes don't run these, since their role may not (migrate.ts).
 */
export async function openDatabase(url: string, schema: Schema, options: Options = {}): Promise<MikroORM> {
  const orm = await createOrm(url, schema, options)
  try {
    await checkSchema(orm, schema)
  } catch (error) {
    await orm.close(true)
    throw error
  }
  return orm
}

/**
 * The ORM on a context's database; it connects when it is first used. A transaction in which nothing happens for
 * `idleInTransactionMs` (10,000) loses its session, and so does one whose server is silent for `silenceMs` (20,000; 0: never).
 * `onPool` gets the pool of its connections.
 */
export function createOrm(url: string, schema: Schema, options: Options = {}): Promise<MikroORM> {
  return MikroORM.init({
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
      migrationsList: Object.entries(migrationsOf(schema)).map(([name, migration]) => ({ name, class: migration })),
    },
    driverOptions: {
      application_name: 'service',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // MikroORM would take the URL's host, user and database only, and connect without TLS whatever the URL says.
      connectionString: sessionUrl(url, {
        statement_timeout: STATEMENT_TIMEOUT_MS,
        // A process that froze in a transaction must not hold its locks for ever.
        idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 10_000,
      }),
      onPoolCreated: (pool: Pool) => {
        releaseEndedClients(pool)
        endSilentClients(pool, options.silenceMs ?? SILENCE_MS)
        options.onPool?.(pool)
      },
    },
  })
}

/**
 * Throws, with a message that names what to do, if the database lacks migrations. It may have more of them: a newer release may
 * run already.
 */
export async function checkSchema(orm: MikroORM, schema: Schema): Promise<void> {
  const pending = await pendingMigrations(orm, schema)
  if (pending === 'unreadable') throw new Error(`The role has no rights on its database's tables yet. ${CURE}`)
  if (pending.length) throw new Error(`The database lacks the migrations ${pending.join(', ')}. ${CURE}`)
}

const CURE = 'npm run migrate runs migrations and grants rights (docs/operators.md, "Migrations").'

/** The names of the migrations that have not run yet; `unreadable` if the session's role may not know. */
export async function pendingMigrations(orm: MikroORM, schema: Schema): Promise<string[] | 'unreadable'> {
  const em = orm.em.fork()
  const readable = "has_table_privilege(to_regclass('mikro_orm_migrations'), 'select')" // null: there is no such table
  const [table] = await em.execute<{ readable: boolean | null }[]>(`select ${readable} as readable`)
  if (table?.readable === false) return 'unreadable'
  const rows = table?.readable ? await em.execute<{ name: string }[]>('select name from mikro_orm_migrations') : []
  const done = new Set(rows.map(({ name }) => name))
  return Object.keys(migrationsOf(schema)).filter((name) => !done.has(name))
}

/** Throws, with a message that needs no knowledge of internals, if the database does not answer. */
export async function checkDatabase(orm: MikroORM): Promise<void> {
  try {
    await orm.em.fork().execute('select 1')
  } catch (cause) {
    throw new Error('does not answer', { cause })
  }
}
