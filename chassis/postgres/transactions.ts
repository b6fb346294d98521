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
import { copyOf } from '../copy.ts'
import { isId, newId } from '../ids.ts'
import { type Said, type Saying, showing, type Table, type Transact } from '../transaction.ts'
import { LiveOutboxRow, OutboxRow } from './rows.ts'

/** How a context stamps what it says: envelope and address. */
export type Stamp<Fact extends Said> = (
  fact: Fact,
  cause: string,
) => { id: string; subject: string; key: string; message: object }

/** A loser of more races in a row than this has met a bug, not bad luck. */
const ATTEMPTS = 25

const lostARace = (error: unknown) =>
  error instanceof OptimisticLockError ||
  error instanceof UniqueConstraintViolationException ||
  error instanceof DeadlockException ||
  error instanceof LockWaitTimeoutException

/**
 * `Transact` on PostgreSQL: rows and outbox in one flush, read committed; each row carries a version (optimistic),
 * `lock` takes row locks. A lost race (version, unique key, deadlock) runs the work again from the start.
 */
export function postgresTransactions<Tables, Fact extends Said>(
  orm: MikroORM,
  stamp: Stamp<Fact>,
  tables: (em: EntityManager) => Tables,
): Transact<Tables, Fact> {
  // Unlike what fails inside, MikroORM does not tell these as what they are: the database's failures.
  const asDatabases = (error: Error) => {
    throw orm.em.getPlatform().getExceptionConverter().convertException(error)
  }
  const once = async <Result>(cause: string, work: (tx: Tables & Saying<Fact>) => Promise<Result>): Promise<Result> => {
    const em = orm.em.fork()
    const saying: Saying<Fact> = {
      say: (facts) => {
        for (const fact of facts) em.persist(em.create(OutboxRow, stamp(fact, cause)))
      },
      show: (shown) => void em.persist(em.create(LiveOutboxRow, { id: newId(), ...showing(shown) })),
      hearsFirst: async (factId) => {
        const insert = 'insert into inbox (fact_id) values (?) on conflict do nothing'
        const { affectedRows } = await em.execute<{ affectedRows: number }>(insert, [factId], 'run')
        return affectedRows === 1
      },
    }
    await em.begin().catch(asDatabases)
    try {
      const result = await work({ ...tables(em), ...saying })
      await em.flush()
      await em.commit().catch(asDatabases)
      return result
    } catch (error) {
      await em.rollback().catch(() => {}) // Its session has ended; why is in `error`.
      throw error
    }
  }
  return async (cause, work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(cause, work)
      } catch (error) {
        if (!lostARace(error) || attempt >= ATTEMPTS) throw error
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * attempt))
      }
    }
  }
}

/**
 * A `Table` on the rows of one entity, for one transaction. What it hands out and takes in are copies, without the
 * row's version.
 */
export function postgresTable<Row extends { id: string }>(em: EntityManager, entity: EntitySchema): Table<Row> {
  // The entity's properties are the row's (rows.ts defines the one from the other) and its version.
  type Managed = Row & { version: number }
  const managed = (id: string) => em.getUnitOfWork().getById(entity, id) as Managed | undefined
  // Deeply copied: MikroORM would write a change made inside nested data, also of a row that was never saved.
  const copy = ({ version: _, ...row }: Managed): Row => copyOf(row) as unknown as Row
  // What can't be an id is not there; asked for it, PostgreSQL would fail the transaction.
  const canBe = em.getMetadata(entity).properties.id?.columnTypes[0] === 'uuid' ? isId : () => true
  return {
    find: async (id) => {
      if (!canBe(id)) return null
      const found = await em.findOne(entity, { id })
      return found && copy(found as Managed)
    },
    findAll: async (ids) => {
      const possible = ids.filter(canBe)
      if (!possible.length) return []
      return ((await em.find(entity, { id: { $in: possible } }, { orderBy: { id: 'asc' } })) as Managed[]).map(copy)
    },
    lock: async (ids) => {
      const possible = ids.filter(canBe)
      if (!possible.length) return []
      await em.flush() // Own changes are no one else's.
      const before = new Map(possible.map((id) => [id, managed(id)?.version]))
      const options = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, refresh: true } as const
      const rows = (await em.find(entity, { id: { $in: possible } }, options)) as Managed[]
      for (const row of rows) {
        // Read here before it was locked, and changed by another in between: what the work knows of it is stale.
        const known = before.get(row.id)
        if (known !== undefined && known !== row.version) throw OptimisticLockError.lockFailed(row)
      }
      return rows.map(copy)
    },
    save: (row) => {
      const known = managed(row.id)
      if (known) em.assign(known, copyOf(row) as object)
      else em.persist(em.create(entity, copyOf(row) as object))
    },
  }
}
