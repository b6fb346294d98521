import { afterAll, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import { DEFAULT_CALENDAR } from '../../../../schema/calendar/calendar.ts'
import { keepingOnPostgres } from '../../testing/database.ts'
import { openShop, rigOn } from '../../testing/rig.ts'
import { calendarWith } from '../../testing/shop-with-windows.ts'
import { bookedIn, calendarsOf } from './windows.ts'

const keeping = await keepingOnPostgres()
afterAll(keeping.close)

it('an order costs one statement more than before there were windows, and three more if its window has a limit', async () => {
  const shop = await openShop(keeping)
  const at = rigOn(keeping, shop)
  const queriesOfAnOrder = async () => {
    await at.placed() // The customer's row, and the store's, are there from the second order on.
    return (await keeping.queriesOf(() => at.placed())).queries
  }
  expect(await queriesOfAnOrder()).toBe(13)
  const calendar = calendarWith([['12:00', '15:00', 5]])
  await at.say({ type: 'CalendarChanged', data: { storeId: shop.store, version: 1, ...calendar } })
  expect(await queriesOfAnOrder()).toBe(16)
})

it('places of one store are booked one after the other, and meanwhile connections are left for others', async () => {
  const [shop, other] = [await openShop(keeping), await openShop(keeping)]
  const at = rigOn(keeping, shop)
  const calendar = calendarWith([['12:00', '15:00', 100]])
  await at.say({ type: 'CalendarChanged', data: { storeId: shop.store, version: 1, ...calendar } })
  await at.placed()
  const place = (storeId: string, rose: string) =>
    at.commands.placeOrder(
      newId(),
      at.placeInput({ idempotencyKey: newId(), storeId, lines: [{ itemId: rose, quantity: 2 }] }),
    )
  const holder = keeping.orm.em.fork()
  await holder.begin()
  await holder.execute('select id from booked_stores where id = ? for update', [shop.store])
  const booking = Array.from({ length: 40 }, () => place(shop.store, shop.rose))
  expect(await place(other.store, other.rose)).toMatchObject({ type: 'OrderPayload' })
  expect(at.payment.asked).toHaveLength(2)
  await holder.rollback()
  for (const result of await Promise.all(booking)) expect(result).toMatchObject({ type: 'OrderPayload' })
})

it('the orders of many windows are counted by an index, in one query', async () => {
  const shop = await openShop(keeping)
  const at = rigOn(keeping, shop)
  for (let n = 0; n < 3; n++) await at.placed()
  const em = keeping.orm.em.fork()
  const hour = (at: string) => new Date(`2026-01-01T${at}:00Z`)
  const spans = [
    { storeId: shop.store, startsAt: hour('03:00'), endsAt: hour('03:01') },
    { storeId: shop.store, startsAt: hour('03:01'), endsAt: hour('06:00') },
    { storeId: shop.store, startsAt: hour('00:00'), endsAt: hour('03:00') },
    { storeId: newId(), startsAt: hour('03:00'), endsAt: hour('06:00') },
    { storeId: 'no id', startsAt: hour('03:00'), endsAt: hour('06:00') },
  ]
  const { answer, queries } = await keeping.queriesOf(() => bookedIn(em, spans))
  expect([answer, queries]).toEqual([[3, 0, 0, 0, 0], 1])
  // The condition of the query implies the index's, or it would not be used even now.
  const plan = await em.transactional(async (tx) => {
    await tx.execute('set local enable_seqscan = off')
    return tx.execute(
      `explain select count(*) from orders where store_id = ? and promise is not null
         and status not in ('EXPIRED', 'CANCELLED', 'REJECTED') and (promise->>'startsAt') collate "C" >= ?`,
      [shop.store, '2026'],
    )
  })
  expect(JSON.stringify(plan)).toContain('orders_booked')
})

it('calendars are read by one query, and read again when there is a new version', async () => {
  const shops = [await openShop(keeping), await openShop(keeping)] as const
  const [one, other] = [calendarWith([['10:00', '12:00', 1]]), calendarWith([['14:00', '16:00', 2]])]
  const set = (version: number, calendar = one) =>
    rigOn(keeping, shops[0]).say({
      type: 'CalendarChanged',
      data: { storeId: shops[0].store, version, ...calendar },
    })
  const ids = [shops[0].store, shops[1].store, newId(), 'no id', shops[0].store.toUpperCase()]
  const read = () => keeping.queriesOf(() => calendarsOf(keeping.orm.em.fork(), ids))
  const none = DEFAULT_CALENDAR
  expect((await read()).answer).toEqual([none, none, none, none, none])
  await set(1)
  const first = await read()
  expect([first.answer, first.queries]).toEqual([[one, none, none, none, one], 1])
  // The same object, of which the windows are computed already.
  expect((await read()).answer[0]).toBe(first.answer[0])
  await set(2, other)
  expect((await read()).answer).toEqual([other, none, none, none, other])
  // After the database was restored, version 2 is another one.
  const update = 'update calendars set calendar = ? where id = ?'
  await keeping.orm.em.fork().execute(update, [JSON.stringify(one), shops[0].store])
  expect((await read()).answer).toEqual([one, none, none, none, one])
})
