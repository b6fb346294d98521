import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { acceptanceAndOldOrders } from './acceptance.ts'
import { sqlIn } from './databases.ts'
import { uuidOf } from './ids.ts'
import { type NumberedCustomer, type People, people } from './people.ts'
import { daysOf, openShop, setCalendar, type Window, windowsOf } from './shops.ts'
import { type WindowedOrders, windowedOrders } from './windowed-orders.ts'

/** As many as want one place at once. */
const BUYERS = Array.from({ length: 200 }, (_, index): NumberedCustomer => `customer-${index + 1}`)

let stack: Stack
let app: People
let orders: WindowedOrders
beforeAll(async () => {
  // Places are held as long as the test needs them; what has to be over is moved into the past.
  stack = await startStack({ env: { PAY_FOR_PLACE_WITHIN_MS: '3600000', REJECT_AFTER_START_MS: '0' } })
  app = await people(stack, BUYERS.length)
  orders = windowedOrders(stack, app, BUYERS)
})
afterAll(async () => stack?.stop())

const OPEN = { windowId: expect.any(String), open: true }

describe('a window with one place', () => {
  it('is held by one of 200 buyers while payment is slow; 199 are told FULL before any charge; expired, it sells once', async () => {
    const { item, windows } = await orders.shopWith('One place', [{ start: '12:00', end: '15:00', capacity: 1 }])
    const payments = async () =>
      (await sqlIn<{ id: string }>(stack, 'payment', 'select id from payments')).map(({ id }) => id)
    const [entries, paid] = [await orders.book(), await payments()]
    const latencyMs = { min: 2_000, max: 2_000 }
    await stack.sandbox('/settings', { method: 'PUT', body: JSON.stringify({ latencyMs }) })
    // Refused without effect, after two seconds: the order that holds the place stays unpaid.
    const buy = (who: NumberedCustomer) => {
      const change = { windowId: windows[0]?.windowId, idempotencyKey: randomUUID(), paymentToken: 'tok_unavailable' }
      return until(() => app.placeOnce(who, item, 1, change), `${who} is answered`)
    }
    const answers = await Promise.all(BUYERS.map(buy))
    await stack.sandbox('/settings', { method: 'PUT', body: JSON.stringify({ latencyMs: { min: 0, max: 5 } }) })
    const first = answers.findIndex(({ __typename }) => __typename === 'PaymentDeferred')
    const id = answers[first]?.order.id ?? ''
    const told = answers.toSpliced(first, 1).map(({ __typename, why, instead }) => ({ __typename, why, instead }))
    expect(told).toEqual(
      Array(199).fill({ __typename: 'WindowUnavailable', why: 'FULL', instead: Array(5).fill(OPEN) }),
    )
    expect((await payments()).filter((each) => !paid.includes(each))).toEqual([uuidOf(id)])
    expect(await orders.book()).toEqual(entries)

    await orders.passPayBy(id)
    await orders.becomes(BUYERS[first] ?? 'customer-1', id, 'EXPIRED')
    const again = await Promise.all([orders.buyer(), orders.buyer()].map((who) => orders.place(who, item, windows[0])))
    expect(again.map(({ __typename }) => __typename).sort()).toEqual(['OrderPayload', 'WindowUnavailable'])
  })

  it('is free once, and the money is returned, when an order’s expiry and its late payment cross', async () => {
    const hours = ['09', '11', '13', '15', '17', '19']
    const times = hours.map((hour) => ({ start: `${hour}:00`, end: `${Number(hour) + 2}:00`, capacity: 1 }))
    const { item, windows } = await orders.shopWith('Crossing', times)
    const cross = async (window: Window, paymentToken: string) => {
      const who = orders.buyer()
      const { id } = (await app.placeOnce(who, item, 1, { windowId: window.windowId, paymentToken })).order
      await orders.passPayBy(id)
      const status = await until(async () => {
        const order = await orders.read(who, id)
        return (order?.status === 'PAID' || order?.status === 'EXPIRED') && order.status
      }, 'the order is paid or expired')
      const { __typename } = await orders.place(orders.buyer(), item, window)
      await until(async () => {
        const isKnown = (await orders.book(id)).length > 0
        return isKnown && (await orders.kept(id)) === (status === 'PAID' ? 20_000 : 0)
      }, 'the provider has kept what the order says')
      return { status, __typename }
    }
    const crossed = await Promise.all(windows.map((window, n) => cross(window, n % 2 ? 'tok_slow' : 'tok_lost')))
    for (const { status, __typename } of crossed) {
      expect(__typename).toBe(status === 'PAID' ? 'WindowUnavailable' : 'OrderPayload')
    }
  })
})

describe('the cut-off', () => {
  it('binds no one who ordered before it: payable until payBy, and the same key answers the same order', async () => {
    const { item, windows } = await orders.shopWith('Cut-off', [{ start: '14:00', end: '16:00', capacity: 3 }])
    const who = orders.buyer()
    const key = { idempotencyKey: randomUUID(), windowId: windows[0]?.windowId, paymentToken: 'tok_unavailable' }
    const placed = await app.placeOnce(who, item, 1, key)
    expect(placed).toMatchObject({ __typename: 'PaymentDeferred', payBy: expect.any(String) })
    // The store now wants to know three days before.
    await setCalendar(app, item.store.id, [{ start: '14:00', end: '16:00', capacity: 3, noticeMinutes: 4_320 }])
    await windowsOf(app, item.store.id, ([window]) => window?.open === false)
    const late = await app.placeOnce(orders.buyer(), item, 1, { windowId: windows[0]?.windowId })
    expect(late).toMatchObject({ __typename: 'WindowUnavailable', why: 'PAST_CUT_OFF' })

    const again = await app.placeOnce(who, item, 1, key)
    expect(again).toMatchObject({ order: { id: placed.order.id }, payBy: placed.payBy })
    expect(await app.pay(who, placed.order.id)).toMatchObject({ order: { id: placed.order.id, status: 'PAID' } })
    const other = await app.placeOnce(who, item, 1, { ...key, expectedTotal: { amount: 1, currency: 'KRW' } })
    expect(other).toMatchObject({ __typename: 'OrderPayload', order: { id: placed.order.id } })
  })
})

describe('a calendar', () => {
  it('is on the clock of its store, across midnight in UTC and wherever the client is', async () => {
    const { item, windows } = await orders.shopWith('Midnight', [{ start: '08:00', end: '10:00', capacity: 1 }])
    const day = (await daysOf(app, item.store.id))[2]
    const start = new Date(`${day?.date}T08:00:00+09:00`)
    expect(windows[0]).toMatchObject({
      startsAt: start.toISOString(),
      endsAt: new Date(start.getTime() + 2 * 3_600_000).toISOString(),
      orderBy: new Date(start.getTime() - 3_600_000).toISOString(),
    })
    expect(windows[0]?.startsAt.slice(0, 10)).not.toBe(windows[0]?.endsAt.slice(0, 10))
    const { order } = await orders.place(orders.buyer(), item, windows[0])
    expect((await orders.read('bundang', order.id))?.promise).toEqual({
      startsAt: windows[0]?.startsAt,
      endsAt: windows[0]?.endsAt,
      timeZone: 'Asia/Seoul',
    })
    expect(await orders.place(orders.buyer(), item, windows[0])).toMatchObject({ why: 'FULL' })
  })

  it('that is changed by ten apps at once is sold by as the last version has it', async () => {
    const item = await openShop(app, 'Ten apps')
    const changes = Array.from({ length: 10 }, (_, index) => {
      return setCalendar(app, item.store.id, [{ start: `${10 + index}:00`, end: '23:00', capacity: 1 }])
    })
    await Promise.all(changes)
    const kept = 'query ($id: ID!) { store(id: $id) { calendar { version windows { start } } } }'
    type Kept = { store: { calendar: { version: number; windows: { start: string }[] } } }
    const { data } = await app.as<Kept>('bundang', kept, { id: item.store.id })
    const { version, windows } = data?.store.calendar ?? { version: 0, windows: [] }
    expect(version).toBe(10)
    const sold = `${(await daysOf(app, item.store.id))[2]?.date}T${windows[0]?.start}:00+09:00`
    await windowsOf(app, item.store.id, ([window]) => window?.startsAt === new Date(sold).toISOString())
  })

  it('whose window is edited keeps the orders in it, counts them in the new one, and forgets the old id', async () => {
    const { item, windows } = await orders.shopWith('Edited', [{ start: '09:00', end: '12:00', capacity: 2 }])
    const { order } = await orders.place(orders.buyer(), item, windows[0])
    const { promise } = (await orders.read('bundang', order.id)) ?? {}
    await setCalendar(app, item.store.id, [{ start: '09:00', end: '13:00', capacity: 2 }])
    const [edited] = await windowsOf(app, item.store.id, ([window]) => window?.endsAt !== windows[0]?.endsAt)
    expect(await orders.place(orders.buyer(), item, windows[0])).toMatchObject({
      __typename: 'WindowUnavailable',
      why: 'GONE',
    })
    expect((await orders.read('bundang', order.id))?.promise).toEqual(promise)
    expect(await orders.place(orders.buyer(), item, edited)).toMatchObject({ __typename: 'OrderPayload' })
    expect(await orders.place(orders.buyer(), item, edited)).toMatchObject({ why: 'FULL' })
  })

  it('with areas has a fee, which is part of the total and of what is expected', async () => {
    const areas = [{ postalCodePrefix: '13', fee: { amount: 3_000 } }]
    const { item, windows } = await orders.shopWith('Areas', [{ start: '09:00', end: '12:00' }], { areas })
    const recipient = { name: '김받음', phone: '010-1234-5678', address: '경기도 성남시 분당구 1' }
    const to = (postalCode?: string) =>
      orders.place(orders.buyer(), item, windows[0], { recipient: { ...recipient, postalCode } })
    expect(await to()).toMatchObject({ problems: [{ path: ['recipient', 'postalCode'] }] })
    expect(await to('06000')).toMatchObject({ __typename: 'NotDeliveredThere' })
    expect(await to('13529')).toMatchObject({ __typename: 'TotalChanged', total: { amount: 23_000 } })
    const { order } = await orders.place(orders.buyer(), item, windows[0], {
      recipient: { ...recipient, postalCode: '13529' },
      expectedTotal: { amount: 23_000 },
    })
    expect(await orders.read('bundang', order.id)).toMatchObject({
      total: { amount: 23_000 },
      deliveryFee: { amount: 3_000 },
    })
    expect(await orders.kept(order.id)).toBe(23_000)
  })
})

acceptanceAndOldOrders(() => ({ stack, app, orders }))
