import { describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { type Keeping, rigOn } from './rig.ts'
import { calendarWith, deferred, MINUTE, shopWithWindows, startOf, types } from './shop-with-windows.ts'

/** How places are booked: by many at once, and never more than there are. */
export function booking(keeping: Keeping): void {
  const { at, inTwoProcesses, setCalendar, idOf, noonOf, place, placeWhenAvailable } = shopWithWindows(keeping)

  describe('a delivery window', () => {
    it('is the earliest open one of the default calendar if the customer names none', async () => {
      const order = { promise: { startsAt: '2026-01-01T03:00:00.000Z', endsAt: '2026-01-01T06:00:00.000Z' } }
      expect(await place()).toMatchObject({ type: 'OrderPayload', order })
      expect(await place()).toMatchObject({
        order: { promise: { timeZone: 'Asia/Seoul' }, deliveryFee: { amount: 0 } },
      })
      at().pass(12 * 60 * MINUTE) // Until when the last one of the day can be ordered is over.
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
      at().payment.meanwhile = () => answered.promise
      at().payment.answers.push(deferred)
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
      expect(at().payment.asked).toHaveLength(1)

      at().pass(12 * MINUTE + 1)
      await at().expireOrders()
      expect(types([await place({ windowId: noonOf(1) }), await place({ windowId: noonOf(1) })])).toEqual({
        OrderPayload: 1,
        WindowUnavailable: 1,
      })
    })

    it('takes no more than its limit from two processes at once', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 3]]))
      const rigs = inTwoProcesses()
      const buyers = Array.from({ length: 20 }, (_, n) => placeWhenAvailable({ windowId: noonOf(2) }, rigs[n % 2]))
      expect(types(await Promise.all(buyers))).toEqual({ OrderPayload: 3, WindowUnavailable: 17 })
    })

    it('takes no more than its limit while its start is moved to another day in UTC', async () => {
      await setCalendar(calendarWith([['09:00', '12:00', 1]]))
      const [counted, committed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      let counts = 0
      const transact: Keeping['transact'] = (cause, work) =>
        keeping.transact(cause, (tx) => {
          const booked: typeof tx.booked = async (spans) => {
            const answer = await tx.booked(spans)
            if (++counts === 2) counted.resolve()
            if (counts === 2) await committed.promise // It has counted under the lock, and is slow to commit.
            return answer
          }
          return work({ ...tx, booked })
        })
      const { owner, store, rose, roses } = at()
      const other = rigOn({ ...keeping, transact }, { owner, store, rose, roses })
      const slow = place({ windowId: idOf('2026-01-02T00:00:00Z', '2026-01-02T03:00:00Z') }, newId(), other)
      await counted.promise
      await setCalendar(calendarWith([['08:30', '12:00', 1]]))
      const moved = await place({ windowId: idOf('2026-01-01T23:30:00Z', '2026-01-02T03:00:00Z') })
      committed.resolve()
      expect(types([moved, await slow])).toEqual({ OrderPayload: 1, WindowUnavailable: 1 })
    })

    it('is promised to a customer who asks twice at once, by two processes, and not refused the second time', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]]))
      const rigs = inTwoProcesses()
      for (let day = 1; day <= 9; day++) {
        const input = { windowId: noonOf(day), idempotencyKey: newId() }
        const results = await Promise.all(rigs.map((rig) => place(input, at().customer, rig)))
        const [id, other] = results.map((result) => ('order' in result ? result.order.id : result.type))
        expect(other).toBe(id)
        expect(await place(input, at().customer)).toMatchObject({ type: 'OrderPayload', order: { id } })
      }
    })

    it('that fills up sends those who named none to the next, and nobody waits for ever', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 2]]))
      const rigs = inTwoProcesses()
      const results = await Promise.all(Array.from({ length: 12 }, (_, n) => placeWhenAvailable({}, rigs[n % 2])))
      const days = results.map((result) => startOf(result)?.slice(0, 10)).sort()
      expect(days).toEqual([1, 2, 3, 4, 5, 6].flatMap((day) => [`2026-01-0${day}`, `2026-01-0${day}`]))
    })

    it('blocks no other: two customers book two days each, in either order, in two processes', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 100]]))
      const rigs = inTwoProcesses()
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
      at().payment.answers.push(deferred)
      const first = await place({ windowId: noonOf(1) }, at().customer)
      const orderId = 'order' in first ? first.order.id : ''
      at().pass(12 * MINUTE + 1)
      await Promise.all([at().expireOrders(), at().follow(orderId, 'Paid')])
      const kept = (await at().status(orderId)) === 'PAID' ? 1 : 0
      await at().follow(orderId, 'Paid')
      const results = [await place({ windowId: noonOf(1) }), await place({ windowId: noonOf(1) })]
      expect(results.filter(({ type }) => type === 'OrderPayload')).toHaveLength(1 - kept)
    })

    it('is kept to payBy by who ordered just in time; a repeated key is answered by the order after the cut-off', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]]))
      at().pass(120 * MINUTE - 100) // 10:59:59.9 in Seoul; the window can be ordered until 11:00.
      at().payment.answers.push(deferred, deferred)
      const input = { windowId: noonOf(1), idempotencyKey: newId() }
      const placed = await place(input, at().customer)
      const payBy = new Date('2026-01-01T02:09:59.900Z')
      expect(placed).toMatchObject({ type: 'PaymentDeferred', payBy, order: { payBy } })
      at().pass(5 * MINUTE)
      expect(await place({ windowId: noonOf(1) })).toMatchObject({ type: 'WindowUnavailable', why: 'PAST_CUT_OFF' })
      const replayed = await place(input, at().customer)
      expect(replayed).toMatchObject({ type: 'PaymentDeferred', payBy })
      await at().expireOrders()
      expect(await place(input, at().customer)).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID' } })
      expect(await place({ ...input, expectedTotal: { amount: 1, currency: 'KRW' } }, at().customer)).toMatchObject({
        type: 'OrderPayload',
      })
    })

    it.each([
      ['30 minutes', null, 0, 30 * MINUTE],
      ['10 minutes in a window with a limit', 5, 0, 10 * MINUTE],
      ['10 minutes after the cut-off', null, 119 * MINUTE, 11 * MINUTE],
    ])('can be paid for %s', async (_, capacity, later, within) => {
      await setCalendar(calendarWith([['12:00', '15:00', capacity]]))
      at().pass(later)
      const placed = await place()
      if (!('order' in placed)) throw new Error(placed.message)
      expect(placed.order.payBy.getTime() - placed.order.placedAt.getTime()).toBe(within)
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
      at().payment.answers.push(...Array(5).fill(deferred))
      const mine = (windowId: string) => place({ windowId }, at().customer)
      for (let n = 0; n < 3; n++) expect(await mine(noonOf(2))).toMatchObject({ type: 'PaymentDeferred' })
      expect(await mine(noonOf(3))).toMatchObject({ type: 'TooManyUnpaid' })
      const evening = idOf('2026-01-02T09:00:00Z', '2026-01-02T11:00:00Z')
      expect(await mine(evening)).toMatchObject({ type: 'PaymentDeferred' })
      expect(await place({ windowId: noonOf(2) })).toMatchObject({ type: 'PaymentDeferred' })
      at().pass(13 * MINUTE)
      await at().expireOrders()
      expect(await mine(noonOf(2))).toMatchObject({ type: 'OrderPayload' })
    })
  })
}
