import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { storeOnPostgres } from '../../testing/database.ts'
import { overdueStoreOrders } from './overdue.ts'

let database: Awaited<ReturnType<typeof storeOnPostgres>>
beforeAll(async () => {
  database = await storeOnPostgres()
})
afterAll(() => database.close())

it('counts orders that nobody has received half an hour after they were placed', async () => {
  const em = database.orm.em.fork()
  const store = newId()
  await em.execute(`insert into stores (id, owner_id, name) values (?, ?, 'KJSHOP')`, [store, newId()])
  const put = (status: string, inMinutes: number) =>
    em.execute('insert into store_orders (id, status, store_id, owner_id, customer_id) values (?, ?, ?, ?, ?)', [
      newId(Date.now() + inMinutes * 60_000),
      status,
      ...[store, newId(), newId()],
    ])
  await put('NEW', -29)
  await put('NEW', -31)
  await put('RECEIVED', -31)
  await put('REJECTED', -31)
  expect(await overdueStoreOrders(database.orm)()).toEqual({ not_received: 1 })
})
