import { OptimisticLockError } from '@mikro-orm/postgresql'

/** The `retryAfter` that clients get, in seconds: a restarted database is back by then; a failover takes longer. */
export const RETRY_AFTER_SECONDS = 2

/**
 * SQLSTATEs of a database that is away or overloaded: connections (08), resources (53: no slots left, disk full), shutdown
 * and startup (57P01 to 57P05), cancellations and timeouts (57014, 55P03, 25P03, 25P04), read-only (25006: a standby, or set by
 * an operator), serialization failures and deadlocks (40001, 40P01).
 */
const STATES = /^(08|53|57P0[1235]|57014|55P03|25P0[34]|25006|40001|40P01)/

/** Node's error codes of hosts and connections. */
const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN)$/

/** Node's error codes of a server's certificate that can't be trusted: it has expired, or is being replaced. */
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/

/** Messages of `pg` (8.23) and its pool about connections; these errors have no code. */
const MESSAGES =
  /^(Connection terminated|The server does not support SSL connections|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (has encountered a connection error|was closed) and is not queryable|Cannot use a pool after calling end)/

/**
 * Whether the database failed in a way that may pass by itself, so that the caller should retry; any other error is a bug.
 * A commit that failed so may have taken effect, with only its confirmation lost.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof OptimisticLockError) return true
  if (error instanceof AggregateError) return error.errors.some(isUnavailable) // One error for each address that was tried.
  const code = 'code' in error ? error.code : undefined
  if (typeof code === 'string') return [STATES, NETWORK, CERTIFICATE].some((codes) => codes.test(code))
  return MESSAGES.test(error.message) || isUnavailable(error.cause)
}
