import { hash } from 'node:crypto'
import { DriverException, type MikroORM, OptimisticLockError } from '@mikro-orm/postgresql'

/**
 * Whether a failure to handle a fact may pass by itself: the database is away or overloaded, or a race was lost too often.
 * Errors about the data or the statement (SQLSTATE classes 22, 23, 42) and all others are permanent, and the fact is parked.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof OptimisticLockError) return true
  return error instanceof DriverException && !('code' in error && /^(2[23]|42)/.test(String(error.code)))
}

/** The longest id that is stored as it is. Ours are UUIDs; what somebody else publishes may have any, and an index has 2,704 bytes. */
const MAX_ID_LENGTH = 200

/** Returns a function that stores a fact that could not be handled, unchanged and once, for the operator. */
export function parkIn(orm: MikroORM) {
  return async (fact: { id: string; subject: string; text: string; error: unknown }) => {
    const { subject, text, error } = fact
    const id = fact.id.length > MAX_ID_LENGTH ? `sha256 ${hash('sha256', fact.id)}` : fact.id
    const insert = 'insert into parked (fact_id, subject, message, error) values (?, ?, ?, ?) on conflict do nothing'
    // PostgreSQL's texts can't hold NUL; if the insert failed for it, the fact would be redelivered for ever.
    const values = [id, subject, text, String(error)].map((value) => value.replaceAll('\0', '\ufffd'))
    await orm.em.fork().execute(insert, values)
  }
}
