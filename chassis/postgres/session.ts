/**
 * Settings that could change a statement's result or make it fail. Each session sets them itself, overriding those of the
 * server, the database and the role. Left to the operator are `search_path` (where the tables are), `synchronous_commit`,
 * `default_transaction_read_only` (no writes for now: clients are told to retry) and `transaction_timeout`, which
 * PostgreSQL 14 to 16 do not know: they refuse a session that begins with it.
 */
const SETTINGS = {
  datestyle: 'ISO, YMD',
  timezone: 'UTC',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmlbinary: 'base64',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  exit_on_error: 'off',
  lock_timeout: '0', // statement_timeout limits it.
  idle_session_timeout: '0', // Connections of a pool may stay idle.
  idle_in_transaction_session_timeout: '0',
  statement_timeout: '0',
  client_min_messages: 'notice',
}

/** A hanging statement must not hold its connection for ever. */
export const STATEMENT_TIMEOUT_MS = 15_000

/** Connections that the ORM of one process holds at most, unless DATABASE_CONNECTIONS says otherwise. */
export const POOL_SIZE = 10

/** All that one process of a context holds at most: its pool, and a session for each of its two relays. */
export const connectionsPerProcess = (poolSize: number): number => poolSize + 2

/**
 * The startup parameter `options` of a session: the settings above, overridden by `own` ones (by name, times in
 * milliseconds).
 */
export function sessionOptions(own: { [name: string]: string | number } = {}): string {
  const escaped = (value: string | number) => String(value).replaceAll(/[\\ ]/g, '\\$&')
  return Object.entries({ ...SETTINGS, ...own })
    .map(([name, value]) => `-c ${name}=${escaped(value)}`)
    .join(' ')
}

/** The URL of a database with these session options, for a plain `pg` client. They replace the URL's own `options`. */
export function sessionUrl(url: string, own?: { [name: string]: string | number }): string {
  const complete = new URL(url)
  complete.searchParams.set('options', sessionOptions(own))
  return complete.href
}
