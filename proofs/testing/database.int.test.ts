import { expect, it } from '@jest/globals'
import pg from 'pg'
import { testDatabase } from './database.ts'

const query = async (url: string, sql: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client.query(sql).finally(() => client.end())
}

it('migrates a template once; its clones are independent', async () => {
  let migrations = 0
  const migrate = async (url: string) => {
    migrations += 1
    await query(url, 'CREATE TABLE things (id int)')
  }
  const [one, other] = await Promise.all([testDatabase('cloning', migrate), testDatabase('cloning', migrate)])
  await query(one.url, 'INSERT INTO things VALUES (1)')
  expect(migrations).toBe(1)
  expect((await query(other.url, 'SELECT * FROM things')).rows).toEqual([])
  await Promise.all([one.drop(), other.drop()])
  await expect(query(one.url, 'SELECT 1')).rejects.toThrow(/does not exist/)
})

it('creates no template from a failed migration', async () => {
  const failing = testDatabase('failing', () => Promise.reject(new Error('a mistake in SQL')))
  await expect(failing).rejects.toThrow('a mistake in SQL')
  const retried = await testDatabase('failing', (url) => query(url, 'CREATE TABLE things (id int)').then(() => {}))
  expect((await query(retried.url, 'SELECT * FROM things')).rows).toEqual([])
  await retried.drop()
})
