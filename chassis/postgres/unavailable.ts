import { OptimisticLockError } from '@mikro-orm/postgresql'

/** After so long a client may try again, in seconds: a restarted database is back by then, a failover takes longer. */
export const RETRY_AFTER_SECONDS = 2

/**
 * The SQLSTATEs of a database that is away, in trouble or hard-pressed: connections (08), resources (53: no slots left, disk
 * full), shutdown and start (57P01 to 57P05), cancelled or waited too long (57014, 55P03, 25P03, 25P04), read-only (25006:
 * a standby, or its operator wants it so), and a race lost too often (40001, 40P01).
 */
const STATES = /^(08|53|57P0[1235]|57014|55P03|25P0[34]|25006|40001|40P01)/

/** What Node says of a host or a connection. */
const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN)$/

/** What `pg` (8.23) and its pool say of a connection; such errors have no code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (has encountered a connection error|was closed) and is not queryable|Cannot use a pool after calling end)/

/**
 * Whether a failure is the database's and may pass by itself, so that whoever asked should try again; any other is a bug.
 * A commit may have taken effect all the same, its answer having been lost.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof OptimisticLockError) return true
  if (error instanceof AggregateError) return error.errors.some(isUnavailable) // One for each address that was tried.
  const code = 'code' in error ? error.code : undefined
  if (typeof code === 'string') return STATES.test(code) || NETWORK.test(code)
  return MESSAGES.test(error.message) || isUnavailable(error.cause)
}
