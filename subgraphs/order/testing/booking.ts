import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { isUnavailable } from '../../../chassis/postgres/unavailable.ts'
import { type Calendar, DEFAULT_CALENDAR, WEEKDAYS } from '../../../schema/calendar/calendar.ts'
import { windowId } from '../../../schema/calendar/window-id.ts'
import type { PlaceOrderResult } from '../application/place-order.ts'
import { type Keeping, openShop, type Rig, rigOn, type Shop } from './rig.ts'

const MINUTE = 60_000
const deferred = { answer: 'Deferred', retryAfterSeconds: 3 } as const

/** A calendar with these windows every day, on Seoul's clock unless told otherwise, each with its limit. */
export const calendarWith = (
  windows: [start: string, end: string, capacity: number | null][],
  change: Partial<Calendar> = {},
): Calendar => ({
  ...DEFAULT_CALENDAR,
  windows: windows.map(([start, end, capacity]) => ({
    weekdays: [...WEEKDAYS],
    start,
    end,
    capacity,
    noticeMinutes: 60,
  })),
  ...change,
})

/** Orders in delivery windows. The time is 09:00 in Seoul, 00:00 in UTC, on 2026-01-01, a Thursday. */
export function booking(keeping: Keeping): void {
  let shop: Shop
  let at: Rig
  beforeEach(async () => {
    shop = await openShop(keeping)
    at = rigOn(keeping, shop)
  })
  let version = 0
  const setCalendar = (calendar: Calendar, as = ++version) =>
    at.say({ type: 'CalendarChanged', data: { storeId: shop.store, version: as, ...calendar } })
  const idOf = (startsAt: string, endsAt: string, storeId = shop.store) =>
    windowId({ storeId, startsAt: new Date(startsAt), endsAt: new Date(endsAt) })
  /** 12:00 to 15:00 in Seoul on the first days of 2026. */
  const noonOf = (day: number) => idOf(`2026-01-0${day}T03:00:00Z`, `2026-01-0${day}T06:00:00Z`)
  /** Places an order of another customer's, unless told whose. */
  const place = (change: object = {}, customer = newId(), rig = at): Promise<PlaceOrderResult> =>
    rig.commands.placeOrder(customer, at.placeInput({ idempotencyKey: newId(), ...change }))
  /** Like a client that is told to try again: with so many at once, some get no connection in time on a slow machine. */
  const placeWhenAvailable = async (change: object, rig = at): Promise<PlaceOrderResult> => {
    for (const customer = newId(); ; ) {
      try {
        return await place({ ...change, idempotencyKey: 'one key' }, customer, rig)
      } catch (error) {
        if (!isUnavailable(error)) throw error
      }
    }
  }
  const startOf = (result: PlaceOrderResult) => ('order' in result ? result.order.promise?.startsAt : result.type)
  const types = (results: PlaceOrderResult[]) => {
    const counts: { [type: string]: number } = {}
    for (const { type } of results) counts[type] = (counts[type] ?? 0) + 1
    return counts
  }

  describe('a delivery window', () => {
    it('is the earliest open one of the default calendar if the customer names none', async () => {
      const order = { promise: { startsAt: '2026-01-01T03:00:00.000Z', endsAt: '2026-01-01T06:00:00.000Z' } }
      expect(await place()).toMatchObject({ type: 'OrderPayload', order })
      expect(await place()).toMatchObject({
        order: { promise: { timeZone: 'Asia/Seoul' }, deliveryFee: { amount: 0 } },
      })
      at.pass(12 * 60 * MINUTE) // Until when the last one of the day can be ordered is over.
      expect(startOf(await place())).toBe('2026-01-02T00:00:00.000Z')
    })

    it('is promised in the facts, with the fee and what may replace a flower', async () => {
      const result = await place({ substitution: 'SAME_ONLY', windowId: noonOf(2) })
      const orderId = 'order' in result ? result.order.id : ''
      const promise = {
        startsAt: '2026-01-02T03:00:00.000Z',
        endsAt: '2026-01-02T06:00:00.000Z',
        timeZone: 'Asia/Seoul',
      }
      expect(await keeping.said(orderId)).toMatchObject([
        { type: 'Ordered', data: { promise, deliveryFee: { amount: 0, currency: 'KRW' } } },
        { type: 'OrderConfirmed', data: { promise, substitution: 'SAME_ONLY' } },
      ])
    })

    it('with one place is sold once to 200 buyers, before any charge; and once more after its order expired', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]]))
      const answered = Promise.withResolvers<void>()
      at.payment.meanwhile = () => answered.promise
      at.payment.answers.push(deferred)
      const buyers = Array.from({ length: 200 }, () => placeWhenAvailable({ windowId: noonOf(1) }))
      // Payment answers only after all the others are told.
      let told = 0
      for (const buyer of buyers) void buyer.then(() => ++told === 199 && answered.resolve())
      const results = await Promise.all(buyers)
      expect(types(results)).toEqual({ PaymentDeferred: 1, WindowUnavailable: 199 })
      for (const result of results) {
        if (result.type === 'WindowUnavailable') {
          expect(result).toMatchObject({ why: 'FULL', instead: expect.any(Array) })
          expect(result.instead).toHaveLength(5)
        }
      }
      expect(at.payment.asked).toHaveLength(1)

      at.pass(12 * MINUTE + 1)
      await at.expireOrders()
      expect(types([await place({ windowId: noonOf(1) }), await place({ windowId: noonOf(1) })])).toEqual({
        OrderPayload: 1,
        WindowUnavailable: 1,
      })
    })

    it('takes no more than its limit from two processes at once', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 3]]))
      const rigs = [at, rigOn(keeping, shop)]
      const buyers = Array.from({ length: 20 }, (_, n) => placeWhenAvailable({ windowId: noonOf(2) }, rigs[n % 2]))
      expect(types(await Promise.all(buyers))).toEqual({ OrderPayload: 3, WindowUnavailable: 17 })
    })

    it('is promised to a customer who asks twice at once, by two processes, and not refused the second time', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]]))
      const rigs = [at, rigOn(keeping, shop)]
      for (let day = 1; day <= 9; day++) {
        const input = { windowId: noonOf(day), idempotencyKey: newId() }
        const results = await Promise.all(rigs.map((rig) => place(input, at.customer, rig)))
        const [id, other] = results.map((result) => ('order' in result ? result.order.id : result.type))
        expect(other).toBe(id)
        expect(await place(input, at.customer)).toMatchObject({ type: 'OrderPayload', order: { id } })
      }
    })

    it('that fills up sends those who named none to the next, and nobody waits for ever', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 2]]))
      const rigs = [at, rigOn(keeping, shop)]
      const results = await Promise.all(Array.from({ length: 12 }, (_, n) => placeWhenAvailable({}, rigs[n % 2])))
      const days = results.map((result) => startOf(result)?.slice(0, 10)).sort()
      expect(days).toEqual([1, 2, 3, 4, 5, 6].flatMap((day) => [`2026-01-0${day}`, `2026-01-0${day}`]))
    })

    it('blocks no other: two customers book two days each, in either order, in two processes', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 100]]))
      const rigs = [at, rigOn(keeping, shop)]
      const customers = [newId(), newId()]
      const racing = Array.from({ length: 24 }, (_, n) => {
        const windowId = noonOf(n % 2 ? 2 : 3)
        return place({ windowId }, customers[(n >> 1) % 2], rigs[(n >> 2) % 2])
      })
      const results = await Promise.all(racing)
      for (const { type } of results) expect(['OrderPayload', 'TooManyUnpaid']).toContain(type)
      expect(types(results).OrderPayload).toBeGreaterThanOrEqual(4)
    })

    it('is free once when an order’s expiry and its late payment cross', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]]))
      at.payment.answers.push(deferred)
      const first = await place({ windowId: noonOf(1) }, at.customer)
      const orderId = 'order' in first ? first.order.id : ''
      at.pass(12 * MINUTE + 1)
      await Promise.all([at.expireOrders(), at.follow(orderId, 'Paid')])
      const kept = (await at.status(orderId)) === 'PAID' ? 1 : 0
      await at.follow(orderId, 'Paid')
      const results = [await place({ windowId: noonOf(1) }), await place({ windowId: noonOf(1) })]
      expect(results.filter(({ type }) => type === 'OrderPayload')).toHaveLength(1 - kept)
    })

    it('is kept to payBy by who ordered just in time; a repeated key is answered by the order after the cut-off', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]]))
      at.pass(120 * MINUTE - 100) // 10:59:59.9 in Seoul; the window can be ordered until 11:00.
      at.payment.answers.push(deferred, deferred)
      const input = { windowId: noonOf(1), idempotencyKey: newId() }
      const placed = await place(input, at.customer)
      const payBy = new Date('2026-01-01T02:09:59.900Z')
      expect(placed).toMatchObject({ type: 'PaymentDeferred', payBy, order: { payBy } })
      at.pass(5 * MINUTE)
      expect(await place({ windowId: noonOf(1) })).toMatchObject({ type: 'WindowUnavailable', why: 'PAST_CUT_OFF' })
      const replayed = await place(input, at.customer)
      expect(replayed).toMatchObject({ type: 'PaymentDeferred', payBy })
      await at.expireOrders()
      expect(await place(input, at.customer)).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID' } })
      expect(await place({ ...input, expectedTotal: { amount: 1, currency: 'KRW' } }, at.customer)).toMatchObject({
        type: 'OrderPayload',
      })
    })

    it.each([
      ['30 minutes', null, 0, 30 * MINUTE],
      ['10 minutes in a window with a limit', 5, 0, 10 * MINUTE],
      ['10 minutes after the cut-off', null, 119 * MINUTE, 11 * MINUTE],
    ])('can be paid for %s', async (_, capacity, later, within) => {
      await setCalendar(calendarWith([['12:00', '15:00', capacity]]))
      at.pass(later)
      const placed = await place()
      if (!('order' in placed)) throw new Error(placed.message)
      expect(placed.order.payBy.getTime() - placed.order.placedAt.getTime()).toBe(within)
    })

    it.each([
      ['of another store', () => idOf('2026-01-02T03:00:00Z', '2026-01-02T06:00:00Z', newId()), 'GONE'],
      ['that is no window', () => 'RGVsaXZlcnlXaW5kb3c6', 'GONE'],
      ['with other times', () => idOf('2026-01-02T03:00:00Z', '2026-01-02T07:00:00Z'), 'GONE'],
      ['in 91 days', () => idOf('2026-04-02T03:00:00Z', '2026-04-02T06:00:00Z'), 'GONE'],
      ['of a closed day', () => noonOf(3), 'CLOSED'],
      ['of a time that is over', () => idOf('2025-12-31T03:00:00Z', '2025-12-31T06:00:00Z'), 'PAST_CUT_OFF'],
    ])('%s can not be ordered: %s', async (_, windowId, why) => {
      await setCalendar(calendarWith([['12:00', '15:00', null]], { closedDays: ['2026-01-03'] }))
      const key = { idempotencyKey: newId() }
      const refused = await place({ windowId: windowId(), ...key }, at.customer)
      expect(refused).toMatchObject({ type: 'WindowUnavailable', why })
      expect(await at.said()).toEqual([])
      const [instead] = 'instead' in refused ? refused.instead : []
      expect(instead).toMatchObject({ windowId: noonOf(1), fee: { amount: 0 }, open: true })
      // The key is still unused.
      expect(await place({ windowId: instead?.windowId, ...key }, at.customer)).toMatchObject({ type: 'OrderPayload' })
    })

    it('up to 90 days ahead can be ordered', async () => {
      const windowId = idOf('2026-04-01T03:00:00Z', '2026-04-01T06:00:00Z')
      expect(startOf(await place({ windowId }))).toBe('2026-04-01T03:00:00.000Z')
    })

    it('is offered instead from the day on that was wanted', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]]))
      await place({ windowId: noonOf(5) })
      const refused = await place({ windowId: noonOf(5) })
      const offered = 'instead' in refused ? refused.instead.map(({ startsAt }) => startsAt.toISOString()) : []
      expect(offered.map((start) => start.slice(0, 10))).toEqual(
        [6, 7, 8, 9, 10].map((day) => `2026-01-${String(day).padStart(2, '0')}`),
      )
    })

    it('is found behind many that are full', async () => {
      const open = { start: '10:00', end: '12:00', capacity: 1, noticeMinutes: 60 }
      const specialDays = [{ day: '2026-03-31', windows: [open] }]
      await setCalendar(calendarWith([['12:00', '15:00', 0]], { specialDays }))
      expect(startOf(await place())).toBe('2026-03-31T01:00:00.000Z')
      expect(await place()).toMatchObject({ type: 'WindowUnavailable', why: 'FULL', instead: [] })
    })

    it('is of no use at a store that never delivers', async () => {
      await setCalendar(calendarWith([]))
      expect(await place()).toMatchObject({ type: 'WindowUnavailable', why: 'CLOSED', instead: [] })
    })

    it('goes by the calendar of the highest version, in whatever order they are heard', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]]), 8)
      await setCalendar(calendarWith([['10:00', '11:00', 1]]), 7)
      expect(startOf(await place())).toBe('2026-01-01T03:00:00.000Z')
      const [early, late] = [calendarWith([['16:00', '17:00', 1]]), calendarWith([['18:00', '20:00', 1]])]
      await Promise.all([setCalendar(late, 10), setCalendar(early, 9)])
      expect(startOf(await place())).toBe('2026-01-01T09:00:00.000Z')
    })

    it('that was edited keeps the orders in it, and its old id is gone', async () => {
      const morning = (end: string, capacity: number) => setCalendar(calendarWith([['09:00', end, capacity]]))
      await morning('12:00', 2)
      const old = idOf('2026-01-02T00:00:00Z', '2026-01-02T03:00:00Z')
      expect(types([await place({ windowId: old }), await place({ windowId: old })])).toEqual({ OrderPayload: 2 })
      await morning('13:00', 3)
      const edited = idOf('2026-01-02T00:00:00Z', '2026-01-02T04:00:00Z')
      expect(await place({ windowId: old })).toMatchObject({ type: 'WindowUnavailable', why: 'GONE' })
      expect(await place({ windowId: edited })).toMatchObject({ type: 'OrderPayload' })
      expect(await place({ windowId: edited })).toMatchObject({ type: 'WindowUnavailable', why: 'FULL' })
      await morning('13:00', 1) // Less than are booked: it sells no more.
      expect(await place({ windowId: edited })).toMatchObject({ type: 'WindowUnavailable', why: 'FULL' })
    })

    it('has its place back when an order is cancelled or rejected, and not when it is delivered', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]]))
      const sold = async () => {
        const result = await place({ windowId: noonOf(2) }, at.customer)
        return 'order' in result ? result.order.id : null
      }
      const first = (await sold()) ?? ''
      expect(await sold()).toBeNull()
      await at.cancel(first)
      expect(await sold()).toBeNull() // Only requested.
      await at.follow(first, 'RegistrationCancelled')
      const second = (await sold()) ?? ''
      await at.follow(second, 'Rejected')
      const third = (await sold()) ?? ''
      await at.follow(third, 'DeliveryCompleted')
      expect(await sold()).toBeNull()
    })

    it('around midnight in UTC, and where clocks change, is counted as itself', async () => {
      await setCalendar(calendarWith([['08:00', '10:00', 1]]))
      const overMidnight = idOf('2026-01-01T23:00:00Z', '2026-01-02T01:00:00Z')
      const next = idOf('2026-01-02T23:00:00Z', '2026-01-03T01:00:00Z')
      const ordered = [overMidnight, overMidnight, next].map((windowId) => () => place({ windowId }))
      const results = [await ordered[0]?.(), await ordered[1]?.(), await ordered[2]?.()]
      expect(results.map((result) => result?.type)).toEqual(['OrderPayload', 'WindowUnavailable', 'OrderPayload'])

      const night = calendarWith([['02:30', '04:30', 1]], { timeZone: 'Europe/Berlin' })
      await setCalendar(night)
      // 02:30 does not exist on 2026-03-29 in Berlin.
      const gap = idOf('2026-03-29T01:30:00Z', '2026-03-29T02:30:00Z')
      expect(await place({ windowId: gap })).toMatchObject({ type: 'OrderPayload' })
      expect(await place({ windowId: gap })).toMatchObject({ type: 'WindowUnavailable', why: 'FULL' })
      at.pass(24 * 60 * MINUTE * 285) // 2026-10-13
      const overlap = idOf('2026-10-25T00:30:00Z', '2026-10-25T03:30:00Z')
      expect(await place({ windowId: overlap })).toMatchObject({ type: 'OrderPayload' })
      expect(await place({ windowId: overlap })).toMatchObject({ type: 'WindowUnavailable', why: 'FULL' })
    })
  })

  describe('unpaid orders in windows with a limit', () => {
    it('are three at most; one without a limit is still possible', async () => {
      await setCalendar(
        calendarWith([
          ['12:00', '15:00', 100],
          ['18:00', '20:00', null],
        ]),
      )
      at.payment.answers.push(...Array(5).fill(deferred))
      const mine = (windowId: string) => place({ windowId }, at.customer)
      for (let n = 0; n < 3; n++) expect(await mine(noonOf(2))).toMatchObject({ type: 'PaymentDeferred' })
      expect(await mine(noonOf(3))).toMatchObject({ type: 'TooManyUnpaid' })
      const evening = idOf('2026-01-02T09:00:00Z', '2026-01-02T11:00:00Z')
      expect(await mine(evening)).toMatchObject({ type: 'PaymentDeferred' })
      expect(await place({ windowId: noonOf(2) })).toMatchObject({ type: 'PaymentDeferred' })
      at.pass(13 * MINUTE)
      await at.expireOrders()
      expect(await mine(noonOf(2))).toMatchObject({ type: 'OrderPayload' })
    })
  })

  describe('the delivery', () => {
    const areas = [
      { postalCodePrefix: '13', fee: 5_000 },
      { postalCodePrefix: '135', fee: 0 },
    ]
    const to = (postalCode: string | null, amount = 105_000) => ({
      recipient: { ...at.placeInput().recipient, postalCode },
      expectedTotal: { amount, currency: 'KRW' },
    })

    it('costs what the calendar says of the postal code, within the total', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]], { areas }))
      const paid = await place(to(' １３４００ '))
      const fee = { amount: 5_000, currency: 'KRW' }
      const order = { total: { amount: 105_000 }, deliveryFee: fee, recipient: { postalCode: '13400' } }
      expect(paid).toMatchObject({ type: 'OrderPayload', order })
      expect(at.payment.asked).toMatchObject([{ amount: { amount: 105_000 } }])
      expect(await keeping.said('order' in paid ? paid.order.id : '')).toMatchObject([
        { data: { total: { amount: 105_000 }, deliveryFee: fee } },
        {},
      ])
      expect(await place(to('13500'))).toMatchObject({
        order: { total: { amount: 100_000 }, deliveryFee: { amount: 0 } },
      })
    })

    it('is part of the total that was shown', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', null]], { areas }))
      expect(await place(to('13400', 104_999))).toMatchObject({ type: 'TotalChanged', total: { amount: 105_000 } })
    })

    it('and the lines cost at most 2,000,000,000 won together', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', null]], { areas }))
      const dear = { lines: [{ itemId: at.roses, quantity: 1 }] }
      expect(await place({ ...to('13500', 2e9), ...dear })).toMatchObject({ type: 'OrderPayload' })
      expect(await place({ ...to('13400', 2e9), ...dear })).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['lines'], code: 'TOO_LARGE', limit: 2e9 }],
      })
    })

    it('needs a postal code where the store delivers to some areas only, and one of these', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', null]], { areas }))
      for (const none of [null, '', ' ']) {
        expect(await place(to(none))).toMatchObject({
          type: 'InvalidInput',
          problems: [{ path: ['recipient', 'postalCode'], code: 'REQUIRED' }],
        })
      }
      expect(await place(to('06000'))).toMatchObject({ type: 'NotDeliveredThere' })
      expect(await place(to('1234'))).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['recipient', 'postalCode'], code: 'WRONG_FORMAT' }],
      })
    })
  })

  describe('ribbon and sender', () => {
    it('are kept as they were typed, without what nobody sees', async () => {
      const placed = await place({
        ribbon: { phrase: ' 축 개업 ', from: '김하늘\u200b' },
        sender: { name: '하늘' },
      })
      const kept = { ribbon: { phrase: '축 개업', from: '김하늘' }, sender: { name: '하늘', anonymous: false } }
      expect(placed).toMatchObject({ order: { ...kept, substitution: 'EQUAL_VALUE' } })
      expect(await at.order('order' in placed ? placed.order.id : '')).toMatchObject(kept)
      expect(await place({ ribbon: { phrase: '축', from: ' ' } })).toMatchObject({
        order: { ribbon: { phrase: '축' } },
      })
    })

    it.each([
      [{ ribbon: { phrase: '' } }, ['ribbon', 'phrase'], 'REQUIRED'],
      [{ ribbon: { phrase: 'x'.repeat(51) } }, ['ribbon', 'phrase'], 'TOO_LONG'],
      [{ ribbon: { phrase: '축', from: 'a\nb' } }, ['ribbon', 'from'], 'INVALID_CHARACTERS'],
      [{ sender: { name: ' ' } }, ['sender', 'name'], 'REQUIRED'],
      [{ sender: { name: 'x'.repeat(101) } }, ['sender', 'name'], 'TOO_LONG'],
    ])('are lines: %j', async (change, path, code) => {
      expect(await place(change)).toMatchObject({ type: 'InvalidInput', problems: [{ path, code }] })
    })
  })
}
