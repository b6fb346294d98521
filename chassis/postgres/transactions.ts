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
import { isId } from '../ids.ts'
import type { Said, Saying, Table, Transact } from '../transaction.ts'
import { OutboxRow } from './rows.ts'

/** How a context stamps what it says: envelope and address. */
export type Stamp<Fact extends Said> = (
  fact: Fact,
  cause: string,
) => { id: string; subject: string; key: string; message: object }

/** A loser of more races in a row than this has met a bug, not bad luck. */
const ATTEMPTS = 10

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
  return async (cause, work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await orm.em.fork().transactional(async (em) => {
          const saying: Saying<Fact> = {
            say: (facts) => {
              for (const fact of facts) em.persist(em.create(OutboxRow, stamp(fact, cause)))
            },
            hearsFirst: async (factId) => {
              const insert = 'insert into inbox (fact_id) values (?) on conflict do nothing'
              const { affectedRows } = await em.execute<{ affectedRows: number }>(insert, [factId], 'run')
              return affectedRows === 1
            },
          }
          return await work({ ...tables(em), ...saying })
        })
      } catch (error) {
        if (!lostARace(error) || attempt >= ATTEMPTS) throw error
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * attempt))
      }
    }
  }
}

/** A `Table` on the rows of one entity; what it hands out are copies without the row's version. */
export function postgresTable<Row extends { id: string }>(em: EntityManager, entity: EntitySchema): Table<Row> {
  // The entity's properties are the row's (rows.ts defines the one from the other) and its version.
  const copy = (managed: object): Row => {
    const { version: _, ...row } = managed as Row & { version: number }
    return row as unknown as Row
  }
  // What can't be an id is not there; asked for it, PostgreSQL would fail the transaction.
  const canBe = em.getMetadata(entity).properties.id?.columnTypes[0] === 'uuid' ? isId : () => true
  return {
    find: async (id) => {
      if (!canBe(id)) return null
      const found = await em.findOne(entity, { id })
      return found && copy(found)
    },
    lock: async (ids) => {
      if (!ids.length) return []
      const options = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, refresh: true } as const
      return (await em.find(entity, { id: { $in: [...ids] } }, options)).map(copy)
    },
    save: (row) => {
      const managed = em.getUnitOfWork().getById(entity, row.id)
      if (managed) em.assign(managed, row as object)
      else em.persist(em.create(entity, row as object))
    },
  }
}
