// npm run migrate: runs each context's pending migrations, as the owner of its database, and grants its processes their rights.
// Before a rollout; processes only check. `npm start` runs it by itself. With --check it only lists them, and exits with 1.
import { processConfig, readConfig } from '../chassis/config.ts'
import { databaseUrl as databaseUrlSetting } from '../chassis/postgres/access.ts'
import type { Schema } from '../chassis/postgres/database.ts'
import { IndexMissing } from '../chassis/postgres/indexes.ts'
import { migrateDatabase, migrationsToRun } from '../chassis/postgres/migrate.ts'
import { commandLine } from './command-line.ts'
import { CONTEXTS } from './contexts.mjs'
import { DATABASE_PREFIX, databaseName, databaseUrl, ownerOf } from './launcher/infrastructure/databases.ts'
import { ownerPasswords, passwordsIn } from './launcher/infrastructure/passwords.ts'

export const migrateConfig = processConfig.extend({
  /** The server, as `postgres://HOST:PORT`: each context's database is asked for as its owner. */
  DATABASE_URL: databaseUrlSetting,
  ...ownerPasswords,
})

async function schemaOf(context: string): Promise<Schema> {
  const { schema } = await import(
    new URL(`../subgraphs/${context}/outbound/postgres/database.ts`, import.meta.url).href
  )
  return schema // Each context's main.ts gives it to `runService` as its Schema.
}

/** What was done, or with `check` is to be done, in one context; a line for the operator. */
async function migrate(
  context: string,
  ownerUrl: string,
  check: boolean,
): Promise<{ line: string; isPending: boolean }> {
  const schema = await schemaOf(context)
  const name = databaseName(DATABASE_PREFIX, context)
  const names = check ? await migrationsToRun(ownerUrl, schema) : await migrateDatabase(ownerUrl, schema, name)
  if (!names.length) return { line: `${context}: up to date`, isPending: false }
  return { line: `${context}: ${check ? 'to run' : 'ran'} ${names.join(', ')}`, isPending: check }
}

const leftBy = (reason: unknown) =>
  reason instanceof IndexMissing ? 'but all migrations have run; run it again' : 'and nothing was changed'

if (import.meta.main) {
  const { options } = commandLine('migrate')
  const config = readConfig(migrateConfig)
  const { owner } = passwordsIn(config)
  const outcomes = await Promise.allSettled(
    CONTEXTS.map((context) => {
      const name = databaseName(DATABASE_PREFIX, context)
      return migrate(context, databaseUrl(config.DATABASE_URL, name, ownerOf(name), owner(context)), options.check)
    }),
  )
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'fulfilled') console.log(outcome.value.line)
    else
      console.error(
        `${CONTEXTS[index]}: failed, ${leftBy(outcome.reason)}: ${outcome.reason?.message ?? outcome.reason}`,
      )
    if (outcome.status === 'rejected' || outcome.value.isPending) process.exitCode = 1
  })
}
