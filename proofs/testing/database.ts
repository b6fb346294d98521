import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** One advisory lock for all templates: they are created rarely and quickly. */
const LOCK = 7_206_532

/**
 * A separate database for a test file: a clone of a template that `migrate` creates once per run. Different `migrate`
 * functions need different names. `drop` ends its sessions and deletes it. Every database's name begins with `test_`, so that
 * no other database can be dropped by mistake.
 */
export async function testDatabase(
  name: string,
  migrate: (url: string) => Promise<void>,
): Promise<{ url: string; drop: () => Promise<void> }> {
  const template = `test_${name.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase()}`
  const clone = `${template}_${randomBytes(6).toString('hex')}`
  await asAdministrator(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])
    if (!rowCount) await createTemplate(client, template, migrate)
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK])
    await client.query(`CREATE DATABASE ${clone} TEMPLATE ${template}`)
  })
  return {
    url: urlOf(clone),
    drop: () => asAdministrator(async (client) => void (await client.query(`DROP DATABASE ${clone} WITH (FORCE)`))),
  }
}

/** Migrates under another name first, so that a failed migration leaves no partial template. */
async function createTemplate(client: pg.Client, template: string, migrate: (url: string) => Promise<void>) {
  const draft = `${template}_draft`
  await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`)
  await client.query(`CREATE DATABASE ${draft}`)
  await migrate(urlOf(draft))
  await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`)
}

function adminUrl(): string {
  const url = process.env.TEST_DATABASE_URL
  if (!url)
    throw new Error('TEST_DATABASE_URL is not set: run this file in the adapter project (its name: .int.test.ts).')
  return url
}

function urlOf(database: string): string {
  const url = new URL(adminUrl())
  url.pathname = `/${database}`
  return url.href
}

async function asAdministrator(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl(), connectionTimeoutMillis: 60_000 })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
