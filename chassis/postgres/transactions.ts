import {
  DeadlockException,
  type EntityManager,
  type EntitySchema,
  LockMode,
  LockWaitTimeoutException,
  type MikroORM,
  OptimisticLockError,
  UniqueConstraintViolationException,
} from '@mikro-orm/postgresql'
import { isId, newId } from '../ids.ts'
import { copyOf, liveOutboxMessage, type Messaging, type Said, type Table, type Transact } from '../transaction.ts'
import { LiveOutboxRow, OutboxRow } from './rows.ts'

/** Turns a fact into an outbox message: its envelope, subject and key. */
export type Stamp<Fact extends Said> = (
  fact: Fact,
  cause: string,
) => { id: string; subject: string; key: string; message: object }

/** More lost races in a row than this are a bug, not bad luck. */
const ATTEMPTS = 25

const isLostRace = (error: unknown) =>
  error instanceof OptimisticLockError ||
  error instanceof UniqueConstraintViolationException ||
  error instanceof DeadlockException ||
  error instanceof LockWaitTimeoutException

/**
 * `Transact` on PostgreSQL, at isolation level read committed. Rows and outbox are written in one flush. Each row has a
 * version (optimistic locking); `lock` takes row locks. A lost race (version, unique key, deadlock) retries the work.
 */
export function postgresTransactions<Tables, Fact extends Said>(
  orm: MikroORM,
  stamp: Stamp<Fact>,
  tables: (em: EntityManager) => Tables,
): Transact<Tables, Fact> {
  // MikroORM converts the errors of queries to DriverExceptions, but not those of `begin` and `commit`.
  const throwConverted = (error: Error) => {
    throw orm.em.getPlatform().getExceptionConverter().convertException(error)
  }
  const once = async <Result>(
    cause: string,
    work: (tx: Tables & Messaging<Fact>) => Promise<Result>,
  ): Promise<Result> => {
    const em = orm.em.fork()
    const messaging: Messaging<Fact> = {
      say: (facts) => {
        for (const fact of facts) em.persist(em.create(OutboxRow, stamp(fact, cause)))
      },
      show: (shown) => void em.persist(em.create(LiveOutboxRow, { id: newId(), ...liveOutboxMessage(shown) })),
      recordInInbox: async ({ id, type }) => {
        // A row without a type is of an earlier version: it is of that id's only fact.
        const insert = `
          insert into inbox (fact_id, type) select ?::uuid, ?
          where not exists (select from inbox where fact_id = ? and type = '') on conflict do nothing`
        const { affectedRows } = await em.execute<{ affectedRows: number }>(insert, [id, type, id], 'run')
        return affectedRows === 1
      },
    }
    await em.begin().catch(throwConverted)
    try {
      const result = await work({ ...tables(em), ...messaging })
      await em.flush()
      await em.commit().catch(throwConverted)
      return result
    } catch (error) {
      await em.rollback().catch(() => {}) // It fails if the session has ended; `error` is the cause.
      throw error
    }
  }
  return async (cause, work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(cause, work)
      } catch (error) {
        if (!isLostRace(error) || attempt >= ATTEMPTS) throw error
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * attempt))
      }
    }
  }
}

/**
 * A `Table` of one entity's rows, for one transaction. It returns and accepts copies, without the row's version.
 */
export function postgresTable<Row extends { id: string }>(em: EntityManager, entity: EntitySchema): Table<Row> {
  // The entity's properties are those of Row (its rows.ts defines it so) and the version.
  type Managed = Row & { version: number }
  const managed = (id: string) => em.getUnitOfWork().getById(entity, id) as Managed | undefined
  // A deep copy, since MikroORM would write changes made in nested data, even of a row that was never saved.
  const copy = ({ version: _, ...row }: Managed): Row => copyOf(row) as unknown as Row
  // Without this check, PostgreSQL would fail the transaction for a text that is not a UUID.
  /**
   * Ids that a read of this transaction found no row for. If a later read finds one, the work has decided by what is no
   * longer true, and its `save`, meant as an insert, would overwrite another transaction's row: the race is lost.
   */
  const missing = new Set<string>()
  const seen = (ids: readonly string[], rows: readonly Managed[]): Row[] => {
    for (const row of rows) if (missing.has(row.id)) throw OptimisticLockError.lockFailed(row)
    const found = new Set(rows.map(({ id }) => id))
    for (const id of ids) if (!found.has(id)) missing.add(id)
    return rows.map(copy)
  }
  const isValidId = em.getMetadata(entity).properties.id?.columnTypes[0] === 'uuid' ? isId : () => true
  return {
    find: async (id) => {
      if (!isValidId(id)) return null
      const found = (await em.findOne(entity, { id })) as Managed | null
      return seen([id], found ? [found] : [])[0] ?? null
    },
    findAll: async (ids) => {
      const valid = ids.filter(isValidId)
      if (!valid.length) return []
      return seen(valid, (await em.find(entity, { id: { $in: valid } }, { orderBy: { id: 'asc' } })) as Managed[])
    },
    lock: async (ids) => {
      const valid = ids.filter(isValidId)
      if (!valid.length) return []
      await em.flush() // Otherwise this transaction's own changes would look like another's.
      const before = new Map(valid.map((id) => [id, managed(id)?.version]))
      const options = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, refresh: true } as const
      const rows = (await em.find(entity, { id: { $in: valid } }, options)) as Managed[]
      for (const row of rows) {
        // Changed by another transaction after the work read it and before it was locked: the work's copy is stale.
        const known = before.get(row.id)
        if (known !== undefined && known !== row.version) throw OptimisticLockError.lockFailed(row)
      }
      return seen(valid, rows)
    },
    save: (row) => {
      missing.delete(row.id) // From now on it is this transaction's own.
      const known = managed(row.id)
      if (known) em.assign(known, copyOf(row) as object)
      else em.persist(em.create(entity, copyOf(row) as object))
    },
  }
}
