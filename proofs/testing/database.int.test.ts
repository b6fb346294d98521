import { expect, it } from '@jest/globals'
import pg from 'pg'
import { testDatabase } from './database.ts'

const query = async (url: string, sql: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client.query(sql).finally(() => client.end())
}

it('clones what was migrated once; each clone is its own', async () => {
  let migrated = 0
  const migrate = async (url: string) => {
    migrated += 1
    await query(url, 'CREATE TABLE things (id int)')
  }
  const [one, other] = await Promise.all([testDatabase('cloning', migrate), testDatabase('cloning', migrate)])
  await query(one.url, 'INSERT INTO things VALUES (1)')
  expect(migrated).toBe(1)
  expect((await query(other.url, 'SELECT * FROM things')).rows).toEqual([])
  await Promise.all([one.drop(), other.drop()])
  await expect(query(one.url, 'SELECT 1')).rejects.toThrow(/does not exist/)
})

it('makes no template of a migration that fails', async () => {
  const failing = testDatabase('failing', () => Promise.reject(new Error('a mistake in SQL')))
  await expect(failing).rejects.toThrow('a mistake in SQL')
  const made = await testDatabase('failing', (url) => query(url, 'CREATE TABLE things (id int)').then(() => {}))
  expect((await query(made.url, 'SELECT * FROM things')).rows).toEqual([])
  await made.drop()
})
