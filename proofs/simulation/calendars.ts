import type { Calendar } from '../../schema/calendar/calendar.ts'
import { type DeliveryWindow, dayOf, daysFrom, windowsOn } from '../../schema/calendar/windows.ts'
import type { KnownCalendar } from '../../subgraphs/order/application/ports.ts'
import type { World } from './world.ts'

/** A store's calendar as the store has it, or as order has heard it; null if none was set, or heard. */
export const calendarIn = (
  { databases }: Pick<World, 'databases'>,
  context: 'store' | 'order',
  storeId: string,
): KnownCalendar | null => databases[context].row<KnownCalendar>('calendars', storeId)

/** How many days customers look ahead. */
const DAYS_SHOWN = 2

/** The windows of the next days that have not begun, by a calendar. */
export const windowsShown = (calendar: Calendar, now: Date): DeliveryWindow[] =>
  daysFrom(dayOf(calendar, now), DAYS_SHOWN)
    .flatMap((day) => windowsOn(calendar, day))
    .filter(({ startsAt }) => startsAt > now)
