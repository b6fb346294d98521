import { z } from 'zod'

/**
 * The bounds of a calendar, and of what is asked of it. With more special days the largest calendar would be larger than the router's
 * MAX_BODY_BYTES, and reading it would cost more than its MAX_COST (proofs/contracts/largest-calendar.test.ts).
 */
export const MOST = {
  windowsOfDay: 12,
  /** Each is at least on one day of the week. */
  weeklyWindows: 84,
  specialDays: 100,
  closedDays: 400,
  areas: 200,
  capacity: 10_000,
  noticeMinutes: 43_200,
  fee: 1_000_000,
  daysAhead: 90,
  daysAsked: 31,
  /** Whose windows are asked for in one request, of all stores; more would cost more than the router's MAX_COST. */
  daysOfRequest: 2_000,
} as const

export const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const

/** A time of day on the store's clock: 09:00. */
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
/** A day in the store's time zone: 2026-05-08. */
const day = z.iso.date()

/** An `end` that is not after `start` is on the next day. No `capacity`: no limit. */
const dayWindow = z.object({
  start: localTime,
  end: localTime,
  capacity: z.int().min(0).nullable(),
  /** How long before its start a window can last be ordered. */
  noticeMinutes: z.int().min(0),
})

/**
 * 배송 달력. When and where a store delivers, and for how much. A special day has its windows instead of the week's, a closed day has
 * none. Of the areas whose prefix a postal code has, the longest counts; without areas it is delivered everywhere, for nothing.
 */
export const calendar = z.object({
  timeZone: z.string(),
  windows: z.array(dayWindow.extend({ weekdays: z.array(z.enum(WEEKDAYS)).min(1) })),
  closedDays: z.array(day),
  specialDays: z.array(z.object({ day, windows: z.array(dayWindow) })),
  areas: z.array(z.object({ postalCodePrefix: z.string(), fee: z.int().min(0) })),
})

export type Calendar = z.infer<typeof calendar>
export type DayWindow = z.infer<typeof dayWindow>

/** The calendar of a store that has set none. */
export const DEFAULT_CALENDAR: Calendar = {
  timeZone: 'Asia/Seoul',
  windows: (['09:00', '12:00', '15:00', '18:00'] as const).map((start, index) => ({
    weekdays: [...WEEKDAYS],
    start,
    end: ['12:00', '15:00', '18:00', '21:00'][index] ?? start,
    capacity: null,
    noticeMinutes: 60,
  })),
  closedDays: [],
  specialDays: [],
  areas: [],
}
