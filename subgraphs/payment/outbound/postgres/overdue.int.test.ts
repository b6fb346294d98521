import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { keepingOnPostgres } from '../../testing/database.ts'
import { overduePayments } from './overdue.ts'

let database: Awaited<ReturnType<typeof keepingOnPostgres>>
beforeAll(async () => {
  database = await keepingOnPostgres()
})
afterAll(() => database.close())

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000)
const put = (status: string, chargedAt: Date, dueAt: Date | null, asked: number | null = null, parts: object[] = []) =>
  database.orm.em.fork().execute(
    `insert into payments (id, status, closed, attempts, charged_at, due_at, refund, parts)
     values (?, ?, false, '[]', ?, ?, ?::jsonb, ?::jsonb)`,
    [
      newId(),
      status,
      chargedAt,
      dueAt,
      asked === null ? null : JSON.stringify({ key: 'k', asked }),
      JSON.stringify(parts),
    ],
  )

it('counts charges with an unknown outcome after ten minutes, and refunds that were asked for five times', async () => {
  await put('NONE', inMinutes(-9), new Date())
  await put('NONE', inMinutes(-11), new Date())
  await put('APPROVED', inMinutes(-11), null) // Settled.
  await put('APPROVED', inMinutes(-90), new Date(), 4)
  await put('APPROVED', inMinutes(-90), new Date(), 5)
  await put('CANCELLED', inMinutes(-90), null, 6) // Returned at last.
  await put('APPROVED', inMinutes(-90), new Date(), null, [
    { state: 'refused', asked: 9 },
    { state: 'open', asked: 4 },
  ])
  await put('APPROVED', inMinutes(-90), new Date(), null, [{ state: 'open', asked: 5 }])
  expect(await overduePayments(database.orm)()).toEqual({ charge: 1, refund: 2 })
})
