import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { databaseName } from '../../scripts/launcher/infrastructure/databases.ts'
import type { Stack } from '../testing/stack.ts'

/** Runs a statement in a context's database of the running stack, with the rights of its processes; returns its rows. */
export async function sqlIn<Row extends object>(
  stack: Stack,
  context: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const { port } = (await stack.processes()).find(({ name }) => name === 'postgres') ?? { port: 0 }
  const secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as Record<string, string> // by name
  const name = databaseName('flower_', context)
  const password = secrets[`database.${context}`] ?? ''
  const client = new pg.Client({ host: '127.0.0.1', port, user: name, password, database: name })
  await client.connect()
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}
