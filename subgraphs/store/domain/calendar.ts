import type { Calendar } from '../../../schema/calendar/calendar.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Owner } from './store.ts'

/** A store's 배송 달력; its id is the store's. The version grows by one with each change. */
export type StoreCalendar = { id: string; calendarVersion: number; calendar: Calendar }

/** Of all calendars of one owner. Each change is a fact of up to 110 KB that is kept for ever. */
export const MOST_CHANGES_A_DAY = 50

const DAY_MS = 24 * 60 * 60_000

/** Another version is there than the caller has changed. */
export type CalendarConflict = { type: 'CalendarConflict'; message: string; calendar: StoreCalendar | null }

/** The owner's calendars were changed MOST_CHANGES_A_DAY times within a day; `retryAfter` in seconds. */
export type TooManyCalendarChanges = { type: 'TooManyCalendarChanges'; message: string; retryAfter: number }

/**
 * Sets another calendar than the `existing` one. `expectedVersion`: the one that the caller has changed, 0 if there was none; null:
 * whatever is there is replaced.
 */
export function changeCalendar(
  existing: StoreCalendar | null,
  { storeId, calendar, expectedVersion }: { storeId: string; calendar: Calendar; expectedVersion: number | null },
): { calendar: StoreCalendar; says: SaidBy<'store'>[] } | CalendarConflict {
  const version = existing?.calendarVersion ?? 0
  if (expectedVersion !== null && expectedVersion !== version) {
    const message = `The calendar has version ${version} by now, not ${expectedVersion}.`
    return { type: 'CalendarConflict', message, calendar: existing }
  }
  return {
    calendar: { id: storeId, calendarVersion: version + 1, calendar },
    says: [{ type: 'CalendarChanged', data: { storeId, version: version + 1, ...calendar } }],
  }
}

/** The owner with one more change of a calendar, unless there were too many within a day. */
export function withOneMoreChange(owner: Owner, at: Date): Owner | TooManyCalendarChanges {
  const recent = owner.calendarChanges.filter((time) => Date.parse(time) > at.getTime() - DAY_MS)
  const oldest = recent.at(-MOST_CHANGES_A_DAY)
  if (!oldest) return { ...owner, calendarChanges: [...recent, at.toISOString()] }
  const retryAfter = Math.ceil((Date.parse(oldest) + DAY_MS - at.getTime()) / 1_000)
  const message = `Your calendars were changed ${recent.length} times within a day. Change them again in ${retryAfter} seconds.`
  return { type: 'TooManyCalendarChanges', message, retryAfter }
}

/** Of a planned delivery, what decides until when its order must be accepted. */
export type Planned = {
  openedAt: Date
  /** How long a florist has at least, in milliseconds. */
  acceptWithinMs: number
  windowStartsAt: Date
  /** The end of the last window of the store's next open day; null if that is not before the window. */
  nextOpenDayEndsAt: Date | null
}

/** Until when a florist must accept an order, so that its customer has time for another shop. */
export function acceptByFor({ openedAt, acceptWithinMs, windowStartsAt, nextOpenDayEndsAt }: Planned): Date {
  const planned = Math.min(windowStartsAt.getTime(), nextOpenDayEndsAt?.getTime() ?? Number.POSITIVE_INFINITY)
  return new Date(Math.max(openedAt.getTime() + acceptWithinMs, planned))
}
