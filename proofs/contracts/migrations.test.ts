import { describe, expect, it } from '@jest/globals'
import { migrationsOf, type Schema } from '../../chassis/postgres/database.ts'
import { CONTEXTS } from '../../scripts/contexts.mjs'

const schemas = await Promise.all(
  CONTEXTS.map(async (context) => {
    const module = await import(
      new URL(`../../subgraphs/${context}/outbound/postgres/database.ts`, import.meta.url).href
    )
    const schema: Schema = module.schema // As main.ts gives it to `runService`.
    return [context, schema] as const
  }),
)

/** From before there was this rule; all databases have run it. */
const EARLIER = ['0000-chassis-inbox-types']

describe.each(schemas)('the migrations of %s', (_, schema) => {
  const migrations = Object.entries(migrationsOf(schema)).filter(([name]) => !EARLIER.includes(name))

  it.each(migrations)('%s builds an index only in a table that it makes', (_, migration) => {
    const sql = String(migration) // The text of the class, with its SQL.
    const indexed = [...sql.matchAll(/create\s+(?:unique\s+)?index\s+\S+\s+on\s+(\w+)/gi)].map(([, table]) => table)
    const altered = [...sql.matchAll(/alter\s+table\s+(\w+)[^;]*?\badd\s+(?:primary\s+key|unique|constraint)/gi)]
    const made = [...sql.matchAll(/create\s+table\s+(\w+)/gi)].map(([, table]) => table)
    for (const table of [...indexed, ...altered.map(([, table]) => table)]) expect(made).toContain(table)
  })
})
