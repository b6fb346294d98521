import { type Calendar, MOST } from '../../../schema/calendar/calendar.ts'
import { readWindowId, windowId } from '../../../schema/calendar/window-id.ts'
import { type DeliveryWindow, dayOf, daysAfter, windowBetween, windowsOn } from '../../../schema/calendar/windows.ts'
import { isInTime, type Offer, type WindowProblem, won } from '../domain/windows.ts'

/** A window as clients see it. `fee` null: it is not known, or the store does not deliver there. */
export const offerOf = (storeId: string, window: DeliveryWindow, fee: number | null, open: boolean): Offer => ({
  windowId: windowId({ storeId, startsAt: window.startsAt, endsAt: window.endsAt }),
  startsAt: window.startsAt,
  endsAt: window.endsAt,
  orderBy: window.orderBy,
  fee: fee === null ? null : won(fee),
  open,
})

/** The last day that can be ordered. */
export const lastDay = (calendar: Calendar, now: Date): string => daysAfter(dayOf(calendar, now), MOST.daysAhead)

/** The window that an id stands for, which may still be full; or why it can't be ordered. */
export function namedWindow(
  calendar: Calendar,
  storeId: string,
  id: string,
  now: Date,
): DeliveryWindow | WindowProblem {
  const named = readWindowId(id)
  if (!named || named.storeId !== storeId) return 'GONE'
  const day = dayOf(calendar, named.startsAt)
  if (day > lastDay(calendar, now)) return 'GONE'
  const window = windowBetween(calendar, named.startsAt, named.endsAt)
  if (!window) return windowsOn(calendar, day).length ? 'GONE' : 'CLOSED'
  return isInTime(window, now) ? window : 'PAST_CUT_OFF'
}

/** The day that an id asks for, whether or not there is such a window; undefined if it is no id, or no day that can be ordered. */
export function dayWanted(calendar: Calendar, id: string, now: Date): string | undefined {
  const named = readWindowId(id)
  const day = named && dayOf(calendar, named.startsAt)
  return day && day <= lastDay(calendar, now) ? day : undefined
}

/** The windows that there is time to order, from a day on (at least today), earliest first; some may be full. */
export function* windowsInTime(calendar: Calendar, now: Date, from = ''): Generator<DeliveryWindow> {
  const today = dayOf(calendar, now)
  const last = lastDay(calendar, now)
  for (let day = from > today ? from : today; day <= last; day = daysAfter(day, 1)) {
    for (const window of windowsOn(calendar, day)) if (isInTime(window, now)) yield window
  }
}
