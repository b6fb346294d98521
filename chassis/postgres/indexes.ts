import { setTimeout as sleep } from 'node:timers/promises'
import pg, { escapeIdentifier } from 'pg'
import type { Schema } from './database.ts'
import { sessionUrl } from './session.ts'

/** The key of an advisory lock, unique in this database (see outbox.ts for the others). */
const INDEX_LOCK = 7_005

/** The migrations have run, but an index could not be built. */
export class IndexMissing extends Error {}

/**
 * Builds the schema's indexes that are missing, while the tables are read and written: outside any transaction, as `concurrently`
 * asks for. One that a stopped build has left invalid is built anew. Callers that start together take turns. Returns the names.
 */
export async function buildIndexes(url: string, { indexes = {} }: Schema): Promise<string[]> {
  if (!Object.keys(indexes).length) return []
  const client = new pg.Client({
    connectionString: sessionUrl(url, {}), // A build may take long.
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  await client.connect()
  try {
    await takeTurn(client)
    const missing = await missingIn(client, Object.keys(indexes))
    for (const name of missing) await build(client, name, indexes[name] ?? '')
    return missing.map(named)
  } finally {
    await client.end()
  }
}

/** The names of the indexes that `buildIndexes` would build; none of them if their tables are missing, too. */
export async function missingIndexes(url: string, { indexes = {} }: Schema): Promise<string[]> {
  const client = new pg.Client({ connectionString: sessionUrl(url, {}), connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    return (await missingIn(client, Object.keys(indexes))).map(named)
  } finally {
    await client.end()
  }
}

/** As it is listed beside migrations. */
const named = (index: string): string => `index ${index}`

/** Tries again and again: a statement that waited for the lock would be one that the other's build waits for. */
async function takeTurn(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query('select pg_try_advisory_lock($1) as mine', [INDEX_LOCK])
    if (rows[0]?.mine) return // Until the session ends.
    await sleep(200)
  }
}

async function missingIn(client: pg.Client, names: string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) with ordinality as index (name, place)
     where not exists (select from pg_index where indexrelid = to_regclass(quote_ident(name)) and indisvalid)
     order by place`,
    [names],
  )
  return rows.map(({ name }) => name)
}

async function build(client: pg.Client, name: string, definition: string): Promise<void> {
  const index = escapeIdentifier(name)
  try {
    await client.query(`drop index concurrently if exists ${index}`)
    await client.query(`create index concurrently ${index} on ${definition}`)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new IndexMissing(`the index ${name} could not be built: ${message}`, { cause })
  }
}
