import { z } from 'zod'
import { refusedAs } from '../../../chassis/inputs.ts'
import { type DayWindow, MOST, WEEKDAYS } from '../../../schema/calendar/calendar.ts'
import { isTimeZone } from '../../../schema/calendar/windows.ts'

const between = (what: string, most: number) => {
  const message = `${what} must be 0 to ${most.toLocaleString('en')}.`
  return z.int(message).min(0, message).max(most, message)
}

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time is written like this: 09:00.')
const day = z.iso.date('There is no such day. A day is written like this: 2026-05-08.')

const dayWindow = z.object({
  start: time,
  end: time,
  capacity: between('The capacity', MOST.capacity)
    .nullish()
    .transform((capacity) => capacity ?? null),
  noticeMinutes: between('The notice', MOST.noticeMinutes).default(60),
})

const atMost = (most: number, what: string) => ({ error: `At most ${most} ${what}.`, abort: true })
const FEW_WINDOWS = atMost(MOST.windowsOfDay, 'windows on a day')

const weeklyWindow = dayWindow.extend({
  weekdays: z
    .array(z.enum(WEEKDAYS))
    .min(1, 'At least one day of the week.')
    .max(WEEKDAYS.length, atMost(WEEKDAYS.length, 'days of the week'))
    .superRefine(refuseDoubled((weekday) => weekday, [])),
})

const specialDay = z.object({
  day,
  windows: z
    .array(dayWindow)
    .max(MOST.windowsOfDay, FEW_WINDOWS)
    .superRefine((windows, context) => {
      for (const at of overlapping(spansOf(windows.entries()))) context.addIssue(overlap([at, 'start']))
    }),
})

const area = z.object({
  postalCodePrefix: z.string().regex(/^\d{1,5}$/, 'The prefix must be 1 to 5 digits.'),
  fee: z
    .object({
      amount: between('The fee', MOST.fee),
      currency: z.literal('KRW', 'The currency must be KRW.').default('KRW'),
    })
    .transform(({ amount }) => amount),
})

/** The input of setDeliveryCalendar, with all bounds of its description. */
export const calendarInput = z
  .object({
    storeId: z.string(),
    timeZone: z.string().refine(isTimeZone, 'There is no such IANA time zone.'),
    windows: z
      .array(weeklyWindow)
      .max(MOST.weeklyWindows, atMost(MOST.weeklyWindows, 'windows'))
      .superRefine(checkWeek),
    closedDays: z
      .array(day)
      .max(MOST.closedDays, atMost(MOST.closedDays, 'closed days'))
      .superRefine(refuseDoubled((day) => day, []))
      .default([]),
    specialDays: z
      .array(specialDay)
      .max(MOST.specialDays, atMost(MOST.specialDays, 'special days'))
      .superRefine(refuseDoubled(({ day }) => day, ['day']))
      .default([]),
    areas: z
      .array(area)
      .max(MOST.areas, atMost(MOST.areas, 'areas'))
      .superRefine(refuseDoubled(({ postalCodePrefix }) => postalCodePrefix, ['postalCodePrefix']))
      .default([]),
    expectedVersion: z
      .int()
      .min(0, 'A version is 0 or more.')
      .nullish()
      .transform((version) => version ?? null),
  })
  .superRefine(({ closedDays, specialDays }, context) => {
    for (const [at, { day }] of specialDays.entries()) {
      const issue = refusedAs('NOT_ALLOWED', `${day} is also a closed day.`)
      if (closedDays.includes(day)) context.addIssue({ code: 'custom', path: ['specialDays', at, 'day'], ...issue })
    }
  })

type Place = (string | number)[]

/** A check that no two elements of a list have the same key; `path` leads from an element to it. */
function refuseDoubled<Element>(keyOf: (element: Element) => string, path: Place) {
  return (elements: Element[], context: z.RefinementCtx): void => {
    const known = new Set<string>()
    for (const [at, element] of elements.entries()) {
      const key = keyOf(element)
      const issue = refusedAs('NOT_ALLOWED', `${key} is there twice.`)
      if (known.has(key)) context.addIssue({ code: 'custom', path: [at, ...path], ...issue })
      known.add(key)
    }
  }
}

/**
 * A check that no weekday has too many windows, and that none overlaps with another one of its day or the day before. A window is
 * reported once, whatever its number of days. A special day's windows are compared with each other only: `windowsOn` leaves out those
 * that start within one of the day before.
 */
function checkWeek(windows: z.infer<typeof weeklyWindow>[], context: z.RefinementCtx): void {
  const late = new Set<number>()
  const tooMany = new Set<number>()
  const windowsOf = (day: (typeof WEEKDAYS)[number] | undefined) =>
    [...windows.entries()].filter(([, { weekdays }]) => day && weekdays.includes(day))
  for (const [index, weekday] of WEEKDAYS.entries()) {
    const ofDay = windowsOf(weekday)
    const begunBefore = spansOf(windowsOf(WEEKDAYS.at(index - 1)))
      .map(({ at, start, end }) => ({ at, start: start - DAY, end: end - DAY }))
      .filter(({ end }) => end > 0)
    for (const at of overlapping([...begunBefore, ...spansOf(ofDay)])) late.add(at)
    for (const [at] of ofDay.slice(MOST.windowsOfDay, MOST.windowsOfDay + 1)) tooMany.add(at)
  }
  for (const at of tooMany) {
    const maximum = MOST.windowsOfDay
    const message = `At most ${maximum} windows on a day.`
    context.addIssue({ code: 'too_big', origin: 'array', maximum, path: [at, 'weekdays'], message })
  }
  for (const at of late) context.addIssue(overlap([at, 'start']))
}

const overlap = (path: Place) => ({
  code: 'custom' as const,
  path,
  ...refusedAs('NOT_ALLOWED', 'The window overlaps with another one.'),
})

/** A window of a list, by its position, in minutes after a midnight. */
type Span = { at: number; start: number; end: number }

/** The positions of those that overlap with an earlier one in the list. */
function overlapping(windows: Span[]): Set<number> {
  const found = new Set<number>()
  let last: Span | undefined
  for (const span of windows.toSorted((a, b) => a.start - b.start)) {
    if (last && span.start < last.end) found.add(Math.max(span.at, last.at))
    if (!last || span.end > last.end) last = span
  }
  return found
}

const DAY = 24 * 60
const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** An `end` that is not after `start` is on the next day. */
function spansOf(windows: Iterable<[at: number, window: DayWindow]>): Span[] {
  return Array.from(windows, ([at, { start: from, end: to }]) => {
    const [start, end] = [minutesOf(from), minutesOf(to)]
    return { at, start, end: end > start ? end : end + DAY }
  })
}
