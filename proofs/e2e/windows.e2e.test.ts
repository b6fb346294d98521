import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { sqlIn } from './databases.ts'
import { uuidOf } from './ids.ts'
import { type MenuItem, type NumberedCustomer, type People, people } from './people.ts'
import { daysOf, openShop, setCalendar, type Window, windowsOf } from './shops.ts'

/** Many enough to want one place at once; each test has customers of its own, as some orders stay unpaid. */
const BUYERS = Array.from({ length: 200 }, (_, index): NumberedCustomer => `customer-${index + 1}`)
const others = [...BUYERS]

let stack: Stack
let app: People
beforeAll(async () => {
  // Places are held as long as the test needs them; what has to be over is moved into the past.
  stack = await startStack({ env: { PAY_FOR_PLACE_WITHIN_MS: '3600000', REJECT_AFTER_START_MS: '0' } })
  app = await people(stack, BUYERS.length)
})
afterAll(async () => stack?.stop())

const ORDER = `query ($id: ID!) { order(id: $id) { status total { amount } deliveryFee { amount }
  promise { startsAt endsAt timeZone } payment { status } storeOrder { status rejectionCause rejectionReason acceptBy } } }`
type Read = {
  status: string
  promise: { startsAt: string; endsAt: string; timeZone: string }
  payment: { status: string } | null
  storeOrder: { status: string; rejectionCause: string | null; acceptBy: string | null } | null
  [field: string]: unknown
}
type Reader = 'bundang' | NumberedCustomer
const read = async (who: Reader, id: string) => (await app.as<{ order: Read | null }>(who, ORDER, { id })).data?.order
const becomes = (who: Reader, id: string, status: string) =>
  until(async () => (await read(who, id))?.status === status, `the order is ${status}`)

type Booked = { type: string; reference: string; amount: { amount: number } }
/** The provider's entries, of all orders or of one. */
const book = async (orderId?: string): Promise<Booked[]> => {
  const path = orderId ? `/book?reference=${uuidOf(orderId)}` : '/book'
  return ((await stack.sandbox(path)) as { entries: Booked[] }).entries
}
const sumOf = (entries: Booked[], kind: string) =>
  entries.reduce((sum, { type, amount }) => (type === kind ? sum + amount.amount : sum), 0)

/** Moves the time until which an order can be paid into the past. */
const passPayBy = (orderId: string) =>
  sqlIn(stack, 'order', `update orders set pay_by = now() - interval '1 day' where id = $1`, [uuidOf(orderId)])
/** Moves the time until which orders must be accepted into the past, once store has opened them. */
const passAcceptBy = (ids: string[]) =>
  until(async () => {
    const sql = `update store_orders set accept_by = now() - interval '1 day' where id = any($1::uuid[]) returning id`
    return (await sqlIn(stack, 'store', sql, [ids.map(uuidOf)])).length === ids.length
  }, 'store has opened the orders')

/** A shop with these windows a day, and those of the day after tomorrow. */
async function shopWith(name: string, windows: Parameters<typeof setCalendar>[2], change: object = {}) {
  const item = await openShop(app, name)
  await setCalendar(app, item.store.id, windows, change)
  return { item, windows: await windowsOf(app, item.store.id, ({ length }) => length === windows.length) }
}
const place = (who: NumberedCustomer, item: MenuItem, window: Window | undefined, change: object = {}) =>
  app.place(who, item, 1, { windowId: window?.windowId, ...change })
const buyer = () => others.pop() ?? 'customer-1'

const OPEN = { windowId: expect.any(String), open: true }

describe('a window with one place', () => {
  it('is held by one of 200 buyers while payment is slow; 199 are told FULL before any charge; expired, it sells once', async () => {
    const { item, windows } = await shopWith('One place', [{ start: '12:00', end: '15:00', capacity: 1 }])
    const payments = async () =>
      (await sqlIn<{ id: string }>(stack, 'payment', 'select id from payments')).map(({ id }) => id)
    const [entries, paid] = [await book(), await payments()]
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
    expect(await book()).toEqual(entries)

    await passPayBy(id)
    await becomes(BUYERS[first] ?? 'customer-1', id, 'EXPIRED')
    const again = await Promise.all([buyer(), buyer()].map((who) => place(who, item, windows[0])))
    expect(again.map(({ __typename }) => __typename).sort()).toEqual(['OrderPayload', 'WindowUnavailable'])
  })

  it('is free once, and the money is returned, when an order’s expiry and its late payment cross', async () => {
    const hours = ['09', '11', '13', '15', '17', '19']
    const times = hours.map((hour) => ({ start: `${hour}:00`, end: `${Number(hour) + 2}:00`, capacity: 1 }))
    const { item, windows } = await shopWith('Crossing', times)
    const cross = async (window: Window, paymentToken: string) => {
      const who = buyer()
      const { id } = (await app.placeOnce(who, item, 1, { windowId: window.windowId, paymentToken })).order
      await passPayBy(id)
      const status = await until(async () => {
        const order = await read(who, id)
        return (order?.status === 'PAID' || order?.status === 'EXPIRED') && order.status
      }, 'the order is paid or expired')
      const { __typename } = await place(buyer(), item, window)
      await until(async () => {
        const entries = await book(id)
        const kept = sumOf(entries, 'charge') - sumOf(entries, 'refund')
        return entries.length > 0 && kept === (status === 'PAID' ? 20_000 : 0)
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
    const { item, windows } = await shopWith('Cut-off', [{ start: '14:00', end: '16:00', capacity: 3 }])
    const who = buyer()
    const key = { idempotencyKey: randomUUID(), windowId: windows[0]?.windowId, paymentToken: 'tok_unavailable' }
    const placed = await app.placeOnce(who, item, 1, key)
    expect(placed).toMatchObject({ __typename: 'PaymentDeferred', payBy: expect.any(String) })
    // The store now wants to know three days before.
    await setCalendar(app, item.store.id, [{ start: '14:00', end: '16:00', capacity: 3, noticeMinutes: 4_320 }])
    await windowsOf(app, item.store.id, ([window]) => window?.open === false)
    const late = await app.placeOnce(buyer(), item, 1, { windowId: windows[0]?.windowId })
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
    const { item, windows } = await shopWith('Midnight', [{ start: '08:00', end: '10:00', capacity: 1 }])
    const day = (await daysOf(app, item.store.id))[2]
    const start = new Date(`${day?.date}T08:00:00+09:00`)
    expect(windows[0]).toMatchObject({
      startsAt: start.toISOString(),
      endsAt: new Date(start.getTime() + 2 * 3_600_000).toISOString(),
      orderBy: new Date(start.getTime() - 3_600_000).toISOString(),
    })
    expect(windows[0]?.startsAt.slice(0, 10)).not.toBe(windows[0]?.endsAt.slice(0, 10))
    const { order } = await place(buyer(), item, windows[0])
    expect((await read('bundang', order.id))?.promise).toEqual({
      startsAt: windows[0]?.startsAt,
      endsAt: windows[0]?.endsAt,
      timeZone: 'Asia/Seoul',
    })
    expect(await place(buyer(), item, windows[0])).toMatchObject({ why: 'FULL' })
  })

  it('that is changed by ten apps at once is sold by as the last version has it', async () => {
    const item = await openShop(app, 'Ten apps')
    const changes = Array.from({ length: 10 }, (_, index) => {
      return setCalendar(app, item.store.id, [{ start: `${10 + index}:00`, end: '23:00', capacity: 1 }])
    })
    for (const { data } of await Promise.all(changes)) {
      expect(data?.setDeliveryCalendar).toMatchObject({ __typename: 'CalendarPayload' })
    }
    const kept = 'query ($id: ID!) { store(id: $id) { calendar { version windows { start } } } }'
    type Kept = { store: { calendar: { version: number; windows: { start: string }[] } } }
    const { data } = await app.as<Kept>('bundang', kept, { id: item.store.id })
    const { version, windows } = data?.store.calendar ?? { version: 0, windows: [] }
    expect(version).toBe(10)
    const sold = `${(await daysOf(app, item.store.id))[2]?.date}T${windows[0]?.start}:00+09:00`
    await windowsOf(app, item.store.id, ([window]) => window?.startsAt === new Date(sold).toISOString())
  })

  it('whose window is edited keeps the orders in it, counts them in the new one, and forgets the old id', async () => {
    const { item, windows } = await shopWith('Edited', [{ start: '09:00', end: '12:00', capacity: 2 }])
    const { order } = await place(buyer(), item, windows[0])
    const { promise } = (await read('bundang', order.id)) ?? {}
    await setCalendar(app, item.store.id, [{ start: '09:00', end: '13:00', capacity: 2 }])
    const [edited] = await windowsOf(app, item.store.id, ([window]) => window?.endsAt !== windows[0]?.endsAt)
    expect(await place(buyer(), item, windows[0])).toMatchObject({ __typename: 'WindowUnavailable', why: 'GONE' })
    expect((await read('bundang', order.id))?.promise).toEqual(promise)
    expect(await place(buyer(), item, edited)).toMatchObject({ __typename: 'OrderPayload' })
    expect(await place(buyer(), item, edited)).toMatchObject({ why: 'FULL' })
  })

  it('with areas has a fee, which is part of the total and of what is expected', async () => {
    const areas = [{ postalCodePrefix: '13', fee: { amount: 3_000 } }]
    const { item, windows } = await shopWith('Areas', [{ start: '09:00', end: '12:00' }], { areas })
    const recipient = { name: '김받음', phone: '010-1234-5678', address: '경기도 성남시 분당구 1' }
    const to = (postalCode?: string) => place(buyer(), item, windows[0], { recipient: { ...recipient, postalCode } })
    expect(await to()).toMatchObject({ problems: [{ path: ['input', 'recipient', 'postalCode'] }] })
    expect(await to('06000')).toMatchObject({ __typename: 'NotDeliveredThere' })
    expect(await to('13529')).toMatchObject({ __typename: 'TotalChanged', total: { amount: 23_000 } })
    const { order } = await place(buyer(), item, windows[0], {
      recipient: { ...recipient, postalCode: '13529' },
      expectedTotal: { amount: 23_000 },
    })
    expect(await read('bundang', order.id)).toMatchObject({ total: { amount: 23_000 }, deliveryFee: { amount: 3_000 } })
    expect(sumOf(await book(order.id), 'charge')).toBe(23_000)
  })
})

describe('an order that nobody accepts by acceptBy', () => {
  it('is rejected by itself, and the money is returned once; the florist can not receive it any more', async () => {
    const { item, windows } = await shopWith('Nobody', [{ start: '09:00', end: '12:00' }])
    const who = buyer()
    const { order } = await place(who, item, windows[0])
    await passAcceptBy([order.id])
    await becomes(who, order.id, 'REJECTED')
    expect(await app.step('bundang', 'receive', order.id)).toMatchObject({ __typename: 'WrongState' })
    const rejected = await until(async () => {
      const order_ = await read(who, order.id)
      return order_?.payment?.status === 'CANCELLED' && order_
    }, 'the money is returned')
    expect(rejected.storeOrder).toMatchObject({
      status: 'REJECTED',
      rejectionCause: 'NOT_ACCEPTED',
      rejectionReason: null,
    })
    expect((await book(order.id)).map(({ type }) => type)).toEqual(['charge', 'refund'])
  })

  it('and is received at the same moment has one winner, and at most one refund', async () => {
    const { item, windows } = await shopWith('Race', [{ start: '09:00', end: '12:00' }])
    const orders = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const who = buyer()
        return { who, id: (await place(who, item, windows[0])).order.id }
      }),
    )
    await passAcceptBy(orders.map(({ id }) => id))
    const outcomes = orders.map(async ({ who, id }, index) => {
      // The timer looks every five seconds, so the florist looks at each order longer than at the one before.
      for (let looks = 0; looks < 10 * index; looks++) await read('bundang', id)
      const { __typename } = await app.step('bundang', 'receive', id)
      const status = __typename === 'WrongState' ? 'REJECTED' : 'RECEIVED'
      await becomes(who, id, status)
      const expected = status === 'REJECTED' ? ['charge', 'refund'] : ['charge']
      await until(async () => (await book(id)).length === expected.length, 'the money is where it belongs')
      expect((await book(id)).map(({ type }) => type)).toEqual(expected)
    })
    await Promise.all(outcomes)
  })
})
