import { describe, expect, it } from '@jest/globals'
import { type Calendar, DEFAULT_CALENDAR, WEEKDAYS } from './calendar.ts'
import { readWindowId, windowId } from './window-id.ts'
import { dayOf, daysFrom, feeTo, isTimeZone, windowBetween, windowsOn } from './windows.ts'

const calendarIn = (timeZone: string, ...times: [start: string, end: string][]): Calendar => ({
  ...DEFAULT_CALENDAR,
  timeZone,
  windows: times.map(([start, end]) => ({ weekdays: [...WEEKDAYS], start, end, capacity: 5, noticeMinutes: 90 })),
})
const timesOn = (calendar: Calendar, day: string) =>
  windowsOn(calendar, day).map(({ startsAt, endsAt }) => `${startsAt.toISOString()} ${endsAt.toISOString()}`)

describe('the windows of a day', () => {
  it("are those of the store's own clock", () => {
    expect(timesOn(DEFAULT_CALENDAR, '2026-05-08')).toEqual([
      '2026-05-08T00:00:00.000Z 2026-05-08T03:00:00.000Z',
      '2026-05-08T03:00:00.000Z 2026-05-08T06:00:00.000Z',
      '2026-05-08T06:00:00.000Z 2026-05-08T09:00:00.000Z',
      '2026-05-08T09:00:00.000Z 2026-05-08T12:00:00.000Z',
    ])
  })

  it('can be ordered until their notice', () => {
    const [window] = windowsOn(calendarIn('Asia/Seoul', ['14:00', '16:00']), '2026-05-08')
    expect(window).toMatchObject({ orderBy: new Date('2026-05-08T03:30:00Z'), capacity: 5 })
  })

  it('end on the next day if they do not end later on the same', () => {
    expect(timesOn(calendarIn('Asia/Seoul', ['22:00', '02:00']), '2026-05-08')).toEqual([
      '2026-05-08T13:00:00.000Z 2026-05-08T17:00:00.000Z',
    ])
  })

  it('start later where the clocks leave an hour out, and never overlap', () => {
    const berlin = calendarIn('Europe/Berlin', ['02:30', '04:30'], ['03:00', '05:00'], ['05:00', '06:00'])
    // 02:00 to 03:00 does not exist: 02:30 is 03:30, and the second would start within the first.
    expect(timesOn(berlin, '2026-03-29')).toEqual([
      '2026-03-29T01:00:00.000Z 2026-03-29T03:00:00.000Z',
      '2026-03-29T03:00:00.000Z 2026-03-29T04:00:00.000Z',
    ])
    expect(timesOn(calendarIn('Europe/Berlin', ['02:30', '03:00']), '2026-03-29')).toEqual([])
  })

  it('start at the first of two where the clocks repeat an hour', () => {
    expect(timesOn(calendarIn('Europe/Berlin', ['02:30', '04:00']), '2026-10-25')).toEqual([
      '2026-10-25T00:30:00.000Z 2026-10-25T03:00:00.000Z',
    ])
  })

  it("are a special day's own, and none on a closed day", () => {
    const window = { start: '10:00', end: '11:00', capacity: null, noticeMinutes: 0 }
    const calendar = {
      ...DEFAULT_CALENDAR,
      specialDays: [{ day: '2026-05-08', windows: [window] }],
      closedDays: ['2026-05-09'],
    }
    expect(timesOn(calendar, '2026-05-08')).toEqual(['2026-05-08T01:00:00.000Z 2026-05-08T02:00:00.000Z'])
    expect(timesOn(calendar, '2026-05-09')).toEqual([])
    expect(timesOn(calendar, '2026-05-10')).toHaveLength(4)
  })

  it('are found again by their times only while the calendar has them', () => {
    const [first] = windowsOn(DEFAULT_CALENDAR, '2026-05-08')
    if (!first) throw new Error('There is a first window.')
    expect(windowBetween(DEFAULT_CALENDAR, first.startsAt, first.endsAt)).toEqual(first)
    expect(windowBetween(DEFAULT_CALENDAR, first.startsAt, new Date(first.endsAt.getTime() + 60_000))).toBeNull()
    expect(windowBetween({ ...DEFAULT_CALENDAR, closedDays: ['2026-05-08'] }, first.startsAt, first.endsAt)).toBeNull()
  })
})

it('computed windows are kept up to a number of them, whatever the number of calendars', () => {
  const hours = Array.from({ length: 12 }, (_, at) => String(at * 2).padStart(2, '0'))
  const full = () => calendarIn('UTC', ...hours.map((hour): [string, string] => [`${hour}:00`, `${hour}:30`]))
  const days = daysFrom('2026-05-08', 91)
  const early = full()
  const first = windowsOn(early, '2026-05-08')
  expect(windowsOn(early, '2026-05-08')).toBe(first)
  let late = early
  for (let windows = 0; windows < 100_000; windows += 91 * 12) {
    late = full()
    for (const day of days) windowsOn(late, day)
  }
  const last = windowsOn(late, days[90] ?? '')
  expect(windowsOn(late, days[90] ?? '')).toBe(last)
  // The calendar is still there, but what was computed of it is not.
  const again = windowsOn(early, '2026-05-08')
  expect(again).toEqual(first)
  expect(again).not.toBe(first)
})

it('a day begins at midnight of the store', () => {
  expect(dayOf(DEFAULT_CALENDAR, new Date('2026-05-07T15:00:00Z'))).toBe('2026-05-08')
  expect(dayOf(DEFAULT_CALENDAR, new Date('2026-05-07T14:59:59Z'))).toBe('2026-05-07')
  expect(daysFrom('2026-12-31', 2)).toEqual(['2026-12-31', '2027-01-01'])
})

it('the longest fitting area decides what the delivery costs', () => {
  const areas = [
    { postalCodePrefix: '13', fee: 5_000 },
    { postalCodePrefix: '135', fee: 0 },
  ]
  const calendar = { ...DEFAULT_CALENDAR, areas }
  expect(feeTo(calendar, '13400')).toBe(5_000)
  expect(feeTo(calendar, '13529')).toBe(0)
  expect(feeTo(calendar, '06000')).toBeNull()
  expect(feeTo(calendar, null)).toBeNull()
  expect(feeTo(DEFAULT_CALENDAR, null)).toBe(0)
})

it('knows time zones by their names only', () => {
  expect(['Asia/Seoul', 'Europe/Berlin', 'UTC', '+09:00', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})

it('a window id is read as what it was made of, and anything else is none', () => {
  const window = {
    storeId: '01900000-0000-7000-8000-000000000001',
    startsAt: new Date('2026-05-08T00:00:00Z'),
    endsAt: new Date('2026-05-08T03:00:00Z'),
  }
  expect(readWindowId(windowId(window))).toEqual(window)
  for (const other of ['', 'x', windowId(window).slice(1), Buffer.from('DeliveryWindow:1:2:3').toString('base64url')]) {
    expect(readWindowId(other)).toBeNull()
  }
})
