import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { storeOnPostgres } from '../../testing/database.ts'
import { unacceptedAt } from './reads.ts'

let database: Awaited<ReturnType<typeof storeOnPostgres>>
beforeAll(async () => {
  database = await storeOnPostgres()
})
afterAll(() => database.close())

it('finds the orders that should have been accepted, those first that wait longest', async () => {
  const em = database.orm.em.fork()
  const store = newId()
  await em.execute(`insert into stores (id, owner_id, name) values (?, ?, 'KJSHOP')`, [store, newId()])
  const noon = Date.parse('2026-05-08T03:00:00Z')
  const put = async (status: string, minutes: number | null) => {
    const id = newId()
    const acceptBy = minutes === null ? null : new Date(noon + minutes * 60_000)
    const columns = 'id, status, accept_by, store_id, owner_id, customer_id'
    const values = [id, status, acceptBy, store, newId(), newId()]
    await em.execute(`insert into store_orders (${columns}) values (?, ?, ?, ?, ?, ?)`, values)
    return id
  }
  const [late, due, later] = [await put('NEW', -1), await put('NEW', 0), await put('NEW', -30)]
  await put('NEW', 1)
  await put('NEW', null)
  await put('RECEIVED', -60)
  await put('REJECTED', -60)
  expect(await unacceptedAt(database.orm, new Date(noon), 10)).toEqual([later, late, due])
  expect(await unacceptedAt(database.orm, new Date(noon), 2)).toEqual([later, late])
})
