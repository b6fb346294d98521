import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { deliveryOnPostgres } from '../../testing/database.ts'
import { overdueDeliveries } from './overdue.ts'

let database: Awaited<ReturnType<typeof deliveryOnPostgres>>
beforeAll(async () => {
  database = await deliveryOnPostgres()
})
afterAll(() => database.close())

it('counts what no rider takes in time, what does not arrive, and what failed and nobody cares for', async () => {
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000)
  const put = (status: string, column: 'departed_at' | 'window_starts_at' | 'due_at', minutes: number) =>
    database.orm.em.fork().execute(
      `insert into deliveries (id, status, store_id, owner_id, customer_id, rider_id, ${column})
       values (?, ?, ?, ?, ?, ?, ?)`,
      [newId(), status, newId(), newId(), newId(), newId(), inMinutes(minutes)],
    )
  await put('DEPARTED', 'departed_at', -119)
  await put('DEPARTED', 'departed_at', -121)
  await put('COMPLETED', 'departed_at', -121)
  await put('REQUESTED', 'window_starts_at', 1)
  for (const minutes of [-1, -60]) await put('REQUESTED', 'window_starts_at', minutes)
  await put('CANCELLED', 'window_starts_at', -60)
  await put('ATTEMPTED', 'due_at', 22 * 60 + 1)
  for (const minutes of [22 * 60 - 1, 5, -5]) await put('ATTEMPTED', 'due_at', minutes)
  expect(await overdueDeliveries(database.orm)()).toEqual({ not_taken: 2, under_way: 1, failed: 3 })
})
