import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { fakeOnly } from '../../../../chassis/testing/fake-only.ts'
import { keepingOnPostgres } from '../../testing/database.ts'
import { overdueOrders } from './overdue.ts'

let database: Awaited<ReturnType<typeof keepingOnPostgres>>
beforeAll(async () => {
  database = await keepingOnPostgres()
})
afterEach(() => void jest.useRealTimers())
afterAll(() => database.close())

const MINUTE_MS = 60_000
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS)
async function put(status: string, payBy = inMinutes(30)): Promise<string> {
  const id = newId()
  await database.orm.em.fork().execute(
    `insert into orders (id, customer_id, store_id, status, lines, total, recipient, placed_at, pay_by, awaits_rider)
     values (?, ?, ?, ?, '[]', '{}', '{}', now(), ?, false)`,
    [id, newId(), newId(), status, payBy],
  )
  return id
}

it('counts orders that are not expired though they must be, and undecided cancellations, each after a minute', async () => {
  const overdue = overdueOrders(database.orm, 2 * MINUTE_MS)
  await put('AWAITING_PAYMENT', inMinutes(-2)) // Its time to expire has come just now.
  await put('PAYMENT_FAILED', inMinutes(-4))
  await put('AWAITING_PAYMENT', inMinutes(-4))
  await put('PAID', inMinutes(-4))
  const cancelling = await put('CANCELLING')
  await put('CANCELLED')
  fakeOnly('Date')
  expect(await overdue()).toEqual({ unpaid: 2, cancelling: 0 })
  jest.setSystemTime(inMinutes(0.5))
  await put('CANCELLING')
  expect(await overdue()).toMatchObject({ cancelling: 0 })
  jest.setSystemTime(inMinutes(0.5))
  expect(await overdue()).toMatchObject({ cancelling: 1 })
  await database.orm.em.fork().execute(`update orders set status = 'CANCELLED' where id = ?`, [cancelling])
  expect(await overdue()).toMatchObject({ cancelling: 0 })
})
