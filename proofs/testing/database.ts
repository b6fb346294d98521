import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Schema } from '../../chassis/postgres/database.ts'
import { migrateDatabase } from '../../chassis/postgres/migrate.ts'
import { ownerOf } from '../../scripts/launcher/infrastructure/databases.ts'

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
  const template = `test_${wordOf(name)}`
  const clone = `${template}_${randomBytes(6).toString('hex')}`
  await asAdministrator(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])
    if (!rowCount) await createTemplate(client, template, migrate)
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK])
    const { rows } = await client.query('SELECT datdba::regrole AS owner FROM pg_database WHERE datname = $1', [
      template,
    ])
    await client.query(`CREATE DATABASE ${clone} TEMPLATE ${template} OWNER ${rows[0].owner}`)
  })
  return {
    url: urlOf(clone),
    drop: () => asAdministrator(async (client) => void (await client.query(`DROP DATABASE ${clone} WITH (FORCE)`))),
  }
}

/**
 * A database of its own for a test file, migrated to `schema`, with the rights that the processes of a context have: `url` is the
 * working role's, which may do no more, `ownerUrl` its owner's, and `adminUrl` the administrator's.
 */
export async function migratedDatabase(name: string, schema: Schema) {
  const role = `test_${wordOf(name)}`
  const { url: adminUrl, drop } = await testDatabase(name, async (template) => {
    await asAdministrator(async (client) => {
      const database = new URL(template).pathname.slice(1)
      for (const one of [role, ownerOf(role)])
        await client.query(
          `DO $$ BEGIN CREATE ROLE ${one} LOGIN PASSWORD 'test'; EXCEPTION WHEN duplicate_object THEN END $$`,
        )
      await client.query(`ALTER DATABASE ${database} OWNER TO ${ownerOf(role)}`)
    })
    await migrateDatabase(as(ownerOf(role), template), schema, role)
  })
  return { url: as(role, adminUrl), ownerUrl: as(ownerOf(role), adminUrl), adminUrl, drop }
}

const as = (role: string, url: string) => Object.assign(new URL(url), { username: role, password: 'test' }).href
const wordOf = (name: string) => name.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase()

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
