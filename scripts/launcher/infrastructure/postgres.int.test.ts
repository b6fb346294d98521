import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import pg from 'pg'
import { until } from '../../../chassis/testing/until.ts'

const logs = () =>
  globSync('postgres*', { cwd: process.env.TEST_LOGS ?? '' })
    .map((file) => readFileSync(join(process.env.TEST_LOGS ?? '', file), 'utf8'))
    .join('')

it('PostgreSQL logs what failed, but neither the statement nor its values', async () => {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL })
  await client.connect()
  try {
    await client.query('CREATE TEMPORARY TABLE people (name text PRIMARY KEY, age int NOT NULL)')
    const insert = `INSERT INTO people VALUES ('김비밀', 1)`
    await client.query(insert)
    await expect(client.query(insert)).rejects.toThrow('people_pkey')
    await expect(client.query('INSERT INTO people VALUES ($1, $2)', ['김비밀', null])).rejects.toThrow('not-null')
    await until(() => logs().includes('people_pkey') && logs().includes('not-null'))
    expect(logs()).not.toContain('김비밀')
  } finally {
    await client.end()
  }
})
