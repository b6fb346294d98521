import { describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { Keeping } from './rig.ts'
import { calendarWith, MINUTE, shopWithWindows, startOf, types } from './shop-with-windows.ts'

/** Which windows can be ordered, as calendars change. */
export function windowsAskedFor(keeping: Keeping): void {
  const { at, setCalendar, idOf, noonOf, place } = shopWithWindows(keeping)

  describe('a delivery window that is asked for', () => {
    it.each([
      ['of another store', () => idOf('2026-01-02T03:00:00Z', '2026-01-02T06:00:00Z', newId()), 'GONE', 2],
      ['that is no window', () => 'RGVsaXZlcnlXaW5kb3c6', 'GONE', 1],
      ['with other times', () => idOf('2026-01-02T03:00:00Z', '2026-01-02T07:00:00Z'), 'GONE', 2],
      ['in 91 days', () => idOf('2026-04-02T03:00:00Z', '2026-04-02T06:00:00Z'), 'GONE', 1],
      ['of a closed day', () => noonOf(3), 'CLOSED', 4],
      ['of a time that is over', () => idOf('2025-12-31T03:00:00Z', '2025-12-31T06:00:00Z'), 'PAST_CUT_OFF', 1],
    ])('%s can not be ordered: %s; instead those from the day on that was wanted', async (_, windowId, why, day) => {
      await setCalendar(calendarWith([['12:00', '15:00', null]], { closedDays: ['2026-01-03'] }))
      const key = { idempotencyKey: newId() }
      const refused = await place({ windowId: windowId(), ...key }, at().customer)
      expect(refused).toMatchObject({ type: 'WindowUnavailable', why })
      expect(await at().said()).toEqual([])
      const [instead] = 'instead' in refused ? refused.instead : []
      expect(instead).toMatchObject({ windowId: noonOf(day), fee: { amount: 0 }, open: true })
      // The key is still unused.
      expect(await place({ windowId: instead?.windowId, ...key }, at().customer)).toMatchObject({
        type: 'OrderPayload',
      })
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
        const result = await place({ windowId: noonOf(2) }, at().customer)
        return 'order' in result ? result.order.id : null
      }
      const first = (await sold()) ?? ''
      expect(await sold()).toBeNull()
      await at().cancel(first)
      expect(await sold()).toBeNull() // Only requested.
      await at().follow(first, 'RegistrationCancelled')
      const second = (await sold()) ?? ''
      await at().follow(second, 'Rejected')
      const third = (await sold()) ?? ''
      await at().follow(third, 'DeliveryCompleted')
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
      at().pass(24 * 60 * MINUTE * 285) // 2026-10-13
      const overlap = idOf('2026-10-25T00:30:00Z', '2026-10-25T03:30:00Z')
      expect(await place({ windowId: overlap })).toMatchObject({ type: 'OrderPayload' })
      expect(await place({ windowId: overlap })).toMatchObject({ type: 'WindowUnavailable', why: 'FULL' })
    })
  })
}
