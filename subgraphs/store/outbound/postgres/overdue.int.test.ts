import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { storeOnPostgres } from '../../testing/database.ts'
import { overdueStoreOrders } from './overdue.ts'

let database: Awaited<ReturnType<typeof storeOnPostgres>>
beforeAll(async () => {
  database = await storeOnPostgres()
})
afterAll(() => database.close())

it('counts orders that nobody has received by acceptBy, or without it half an hour after they were placed', async () => {
  const em = database.orm.em.fork()
  const store = newId()
  await em.execute(`insert into stores (id, owner_id, name) values (?, ?, 'KJSHOP')`, [store, newId()])
  const inMinutes = (minutes: number) => Date.now() + minutes * 60_000
  const columns = 'id, status, accept_by, store_id, owner_id, customer_id'
  const put = (status: string, placed: number, acceptBy: number | null = null) =>
    em.execute(`insert into store_orders (${columns}) values (?, ?, ?, ?, ?, ?)`, [
      newId(inMinutes(placed)),
      status,
      acceptBy === null ? null : new Date(inMinutes(acceptBy)),
      ...[store, newId(), newId()],
    ])
  await put('NEW', -29)
  await put('NEW', -31)
  await put('RECEIVED', -31)
  await put('REJECTED', -31)
  await put('NEW', -31, 10)
  await put('NEW', -20, -1)
  await put('RECEIVED', -20, -1)
  expect(await overdueStoreOrders(database.orm)()).toEqual({ not_received: 2, not_decorated: 0 })
})

it('counts orders that were received, and are not ready an hour before their window', async () => {
  const em = database.orm.em.fork()
  const store = newId()
  await em.execute(`insert into stores (id, owner_id, name) values (?, ?, 'KJSHOP')`, [store, newId()])
  const put = (status: string, inMinutes: number | null, placed = 0) => {
    const startsAt = inMinutes === null ? null : new Date(Date.now() + inMinutes * 60_000).toISOString()
    return em.execute(
      `insert into store_orders (id, status, promise, store_id, owner_id, customer_id) values (?, ?, ?, ?, ?, ?)`,
      [newId(Date.now() + placed * 60_000), status, startsAt && JSON.stringify({ startsAt }), store, newId(), newId()],
    )
  }
  for (const minutes of [61, 59, -5, null]) await put('RECEIVED', minutes)
  await put('DECORATED', 59)
  // Without a window: two hours after they were placed.
  for (const placed of [-119, -121]) await put('RECEIVED', null, placed)
  expect(await overdueStoreOrders(database.orm)()).toMatchObject({ not_decorated: 3 })
})
