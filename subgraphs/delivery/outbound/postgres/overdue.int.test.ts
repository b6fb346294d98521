import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { deliveryOnPostgres } from '../../testing/database.ts'
import { overdueDeliveries } from './overdue.ts'
import { deliveriesDueAt } from './reads.ts'

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
  // Without a window; the id tells when it was ordered.
  for (const minutes of [-119, -121])
    await database.orm.em
      .fork()
      .execute(
        `insert into deliveries (id, status, store_id, owner_id, customer_id) values (?, 'REQUESTED', ?, ?, ?)`,
        [newId(inMinutes(minutes).getTime()), ...[newId(), newId(), newId()]],
      )
  expect(await overdueDeliveries(database.orm)()).toEqual({ not_taken: 3, under_way: 1, failed: 3 })
})

it('finds what is due and still waits, not what a process of the release before did with it', async () => {
  const noon = new Date('2026-05-08T03:00:00Z')
  const put = async (status: string, minutes: number) => {
    const id = newId()
    await database.orm.em.fork().execute(
      `insert into deliveries (id, status, store_id, owner_id, customer_id, rider_id, due_at, departed_at)
       values (?, ?, ?, ?, ?, ?, ?, now())`,
      [id, status, newId(), newId(), newId(), newId(), new Date(noon.getTime() + minutes * 60_000)],
    )
    return id
  }
  for (const status of ['DEPARTED', 'COMPLETED', 'RETURNED', 'CANCELLED']) await put(status, -30)
  const [late, later] = [await put('ATTEMPTED', -1), await put('REQUESTED', -10)]
  await put('ATTEMPTED', 1)
  expect(await deliveriesDueAt(database.orm, noon, 10)).toEqual([later, late])
  expect(await deliveriesDueAt(database.orm, noon, 1)).toEqual([later])
})
