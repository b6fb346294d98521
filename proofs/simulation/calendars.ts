import type { Calendar } from '../../schema/calendar/calendar.ts'
import { type DeliveryWindow, windowsOn } from '../../schema/calendar/windows.ts'
import type { KnownCalendar } from '../../subgraphs/order/application/ports.ts'
import { DAYS_SHOWN } from './plan-windows.ts'
import type { World } from './world.ts'

/** A store's calendar as the store has it, or as order or delivery has heard it; null if none was set, or heard. */
export const calendarIn = (
  { databases }: Pick<World, 'databases'>,
  context: 'store' | 'order' | 'delivery',
  storeId: string,
): KnownCalendar | null => databases[context].row<KnownCalendar>('calendars', storeId)

/** The windows of the next days that have not begun, by a calendar. */
export const windowsShown = (calendar: Calendar, now: Date): DeliveryWindow[] =>
  DAYS_SHOWN.flatMap((day) => windowsOn(calendar, day)).filter(({ startsAt }) => startsAt > now)
