import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { deliveryOnPostgres } from '../../testing/database.ts'
import { overdueDeliveries } from './overdue.ts'

let database: Awaited<ReturnType<typeof deliveryOnPostgres>>
beforeAll(async () => {
  database = await deliveryOnPostgres()
})
afterAll(() => database.close())

it('counts deliveries that departed two hours ago and did not arrive', async () => {
  const put = (status: string, inMinutes: number) =>
    database.orm.em.fork().execute(
      `insert into deliveries (id, status, store_id, owner_id, customer_id, rider_id, departed_at)
       values (?, ?, ?, ?, ?, ?, ?)`,
      [newId(), status, newId(), newId(), newId(), newId(), new Date(Date.now() + inMinutes * 60_000)],
    )
  await put('DEPARTED', -119)
  await put('DEPARTED', -121)
  await put('COMPLETED', -121)
  expect(await overdueDeliveries(database.orm)()).toEqual({ under_way: 1 })
})
