import { Temporal } from 'temporal-polyfill'
import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import { type Calendar, type DayWindow, WEEKDAYS } from './calendar.ts'

/** A window of a day, as instants. */
export type DeliveryWindow = {
  startsAt: Date
  endsAt: Date
  /** Until when it can be ordered. */
  orderBy: Date
  /** How many orders it takes; null: no limit. */
  capacity: number | null
}

/** The day that it is in the calendar's time zone: 2026-05-08. */
export const dayOf = ({ timeZone }: Calendar, at: Date): string =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString()

/** The day that is `days` days after `day`. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

/** Of a day without a time zone, of which none is longer. */
const DAY_MS = 24 * 60 * 60_000

/** `count` days from `day` on. */
export function daysFrom(day: string, count: number): string[] {
  return Array.from({ length: count }, (_, days) => daysAfter(day, days))
}

/** Time zones that were asked for; a DateTimeFormat takes some 100 µs. Clients may write a name in many ways. */
const timeZones = new Set<string>()
const MOST_TIME_ZONES_KEPT = 1_000

/** Whether a text names an IANA time zone. */
export function isTimeZone(name: string): boolean {
  if (timeZones.has(name)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    return false
  }
  if (!/^[A-Za-z]/.test(name)) return false // an offset such as +09:00
  if (timeZones.size < MOST_TIME_ZONES_KEPT) timeZones.add(name)
  return true
}

/** Some 40 MB; the days that can be ordered of 90 stores with the most windows, or of 200 with four a day. */
const MOST_WINDOWS_KEPT = 100_000
/**
 * What was computed last: the arithmetic of time zones takes some 30 µs a window. Anyone may ask for any day of any store, so what is
 * kept is bounded by its size, about 350 bytes a window, over all calendars.
 */
const computed = leastRecentlyUsed<readonly DeliveryWindow[]>(MOST_WINDOWS_KEPT, {
  maxWeight: MOST_WINDOWS_KEPT,
  weightOf: (_, windows) => 1 + windows.length,
})
/** Calendars are told apart by their objects. */
const numbers = new WeakMap<Calendar, number>()
let calendars = 0

/**
 * The windows that start on a day, earliest first. A time that a change of the clocks leaves out is moved forward by what is left
 * out, and of one that comes twice the first counts. Windows never overlap: one that such a change puts before the end of the window
 * before it, or leaves nothing of, is omitted. The calendar must not be changed afterwards.
 */
export function windowsOn(calendar: Calendar, day: string): readonly DeliveryWindow[] {
  const number = numbers.get(calendar) ?? ++calendars
  numbers.set(calendar, number)
  const key = `${number} ${day}`
  const known = computed.get(key)
  if (known) return known
  const windows = computeWindows(calendar, day)
  computed.set(key, windows)
  return windows
}

function computeWindows(calendar: Calendar, day: string): DeliveryWindow[] {
  const date = Temporal.PlainDate.from(day)
  const instants = templatesOf(calendar, day, date.dayOfWeek)
    .map((window) => instantsOf(window, date, calendar.timeZone))
    .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())
  const windows: DeliveryWindow[] = []
  for (const window of instants) {
    const previousEnd = windows.at(-1)?.endsAt ?? new Date(0)
    if (window.endsAt > window.startsAt && window.startsAt >= previousEnd) windows.push(window)
  }
  return windows
}

/** The window with exactly these times, if the calendar still has it. */
export function windowBetween(calendar: Calendar, startsAt: Date, endsAt: Date): DeliveryWindow | null {
  const same = (window: DeliveryWindow) =>
    window.startsAt.getTime() === startsAt.getTime() && window.endsAt.getTime() === endsAt.getTime()
  return windowsOn(calendar, dayOf(calendar, startsAt)).find(same) ?? null
}

/** What it costs to deliver to a postal code, in won; null if the store does not deliver there, or must know the code and doesn't. */
export function feeTo({ areas }: Calendar, postalCode: string | null): number | null {
  if (!areas.length) return 0
  let best: Calendar['areas'][number] | undefined
  for (const area of areas) {
    if (!postalCode?.startsWith(area.postalCodePrefix)) continue
    if (!best || area.postalCodePrefix.length > best.postalCodePrefix.length) best = area
  }
  return best?.fee ?? null
}

function templatesOf({ windows, closedDays, specialDays }: Calendar, day: string, dayOfWeek: number): DayWindow[] {
  if (closedDays.includes(day)) return []
  const special = specialDays.find((special) => special.day === day)
  if (special) return special.windows
  return windows.filter(({ weekdays }) => weekdays.some((weekday) => WEEKDAYS.indexOf(weekday) === dayOfWeek - 1))
}

function instantsOf(window: DayWindow, date: Temporal.PlainDate, timeZone: string): DeliveryWindow {
  const at = (day: Temporal.PlainDate, time: string) =>
    // 'compatible', the default, moves forward out of a gap and takes the first of two.
    new Date(day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds)
  const startsAt = at(date, window.start)
  const endsAt = at(window.end > window.start ? date : date.add({ days: 1 }), window.end)
  const orderBy = new Date(startsAt.getTime() - window.noticeMinutes * 60_000)
  return { startsAt, endsAt, orderBy, capacity: window.capacity }
}
