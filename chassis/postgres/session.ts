/**
 * The settings that could change what a statement answers, or whether it can. A session has its own, whatever the server,
 * the database or the role has. Not among them, since an operator has reasons for them: `search_path` (where the tables
 * are), `default_transaction_read_only` (nobody is to write now; answered as "try again"), `synchronous_commit` and
 * `transaction_timeout`. PostgreSQL 14 to 16 do not know the last one, and refuse a session that begins with it.
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
  lock_timeout: '0', // A statement's own timeout bounds it.
  idle_session_timeout: '0', // A pool's connection idles until it is wanted.
  idle_in_transaction_session_timeout: '0',
  statement_timeout: '0',
  client_min_messages: 'notice',
}

/**
 * What PostgreSQL is told when a session begins (the startup parameter `options`): the settings above, and `own` ones in
 * their place, by name (times in milliseconds).
 */
export function sessionOptions(own: { [name: string]: string | number } = {}): string {
  const escaped = (value: string | number) => String(value).replaceAll(/[\\ ]/g, '\\$&')
  return Object.entries({ ...SETTINGS, ...own })
    .map(([name, value]) => `-c ${name}=${escaped(value)}`)
    .join(' ')
}

/** The URL of a database with these options in it, as a plain `pg` client takes them; other options in it are not kept. */
export function sessionUrl(url: string, own?: { [name: string]: string | number }): string {
  const complete = new URL(url)
  complete.searchParams.set('options', sessionOptions(own))
  return complete.href
}
