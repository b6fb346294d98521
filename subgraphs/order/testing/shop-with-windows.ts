import { beforeEach } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { isUnavailable } from '../../../chassis/postgres/unavailable.ts'
import { type Calendar, DEFAULT_CALENDAR, WEEKDAYS } from '../../../schema/calendar/calendar.ts'
import { windowId } from '../../../schema/calendar/window-id.ts'
import type { PlaceOrderResult } from '../application/place-order.ts'
import { type Keeping, openShop, type Rig, rigOn, type Shop } from './rig.ts'

export const MINUTE = 60_000
export const deferred = { answer: 'Deferred', retryAfterSeconds: 3 } as const

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

/** A new shop for each test, and what tests do with its windows. The time is 09:00 in Seoul, 00:00 in UTC, on 2026-01-01. */
export function shopWithWindows(keeping: Keeping) {
  let shop: Shop
  let rig: Rig
  beforeEach(async () => {
    shop = await openShop(keeping)
    rig = rigOn(keeping, shop)
  })
  let version = 0
  const idOf = (startsAt: string, endsAt: string, storeId = shop.store) =>
    windowId({ storeId, startsAt: new Date(startsAt), endsAt: new Date(endsAt) })
  /** Places an order of another customer's, unless told whose. */
  const place = (change: object = {}, customer = newId(), process = rig): Promise<PlaceOrderResult> =>
    process.commands.placeOrder(customer, rig.placeInput({ idempotencyKey: newId(), ...change }))
  return {
    at: () => rig,
    /** The shop in two processes. */
    inTwoProcesses: () => [rig, rigOn(keeping, shop)],
    setCalendar: (calendar: Calendar, as = ++version) =>
      rig.say({ type: 'CalendarChanged', data: { storeId: shop.store, version: as, ...calendar } }),
    idOf,
    /** 12:00 to 15:00 in Seoul on the first days of 2026. */
    noonOf: (day: number) => idOf(`2026-01-0${day}T03:00:00Z`, `2026-01-0${day}T06:00:00Z`),
    place,
    /** Like a client that is told to try again: with so many at once, some get no connection in time on a slow machine. */
    placeWhenAvailable: async (change: object, process = rig): Promise<PlaceOrderResult> => {
      for (const customer = newId(); ; ) {
        try {
          return await place({ ...change, idempotencyKey: 'one key' }, customer, process)
        } catch (error) {
          if (!isUnavailable(error)) throw error
        }
      }
    },
  }
}

export const startOf = (result: PlaceOrderResult) => ('order' in result ? result.order.promise?.startsAt : result.type)

export function types(results: PlaceOrderResult[]): { [type: string]: number } {
  const counts: { [type: string]: number } = {}
  for (const { type } of results) counts[type] = (counts[type] ?? 0) + 1
  return counts
}
