import { DriverException, type MikroORM, OptimisticLockError } from '@mikro-orm/postgresql'

/**
 * Whether a failure passes by itself: the database is away or hard-pressed, or too many raced for one row. Not so what
 * PostgreSQL says of the data or of our own statement (SQLSTATE classes 22, 23, 42), or any other failure: waiting does
 * not mend it, and the fact must not hold the others up.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof OptimisticLockError) return true
  return error instanceof DriverException && !('code' in error && /^(2[23]|42)/.test(String(error.code)))
}

/** Keeps a fact that could not be taken in as it came off the wire, once, for the operator. */
export function parkIn(orm: MikroORM) {
  return async ({ id, subject, text, error }: { id: string; subject: string; text: string; error: unknown }) => {
    const insert = 'insert into parked (fact_id, subject, message, error) values (?, ?, ?, ?) on conflict do nothing'
    // PostgreSQL has no NUL in a text: unparked for it, the fact would come for ever.
    const values = [id, subject, text, String(error)].map((value) => value.replaceAll('\0', '\ufffd'))
    await orm.em.fork().execute(insert, values)
  }
}
