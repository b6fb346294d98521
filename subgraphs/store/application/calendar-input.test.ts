import { describe, expect, it } from '@jest/globals'
import { readInput } from '../../../chassis/inputs.ts'
import { WEEKDAYS } from '../../../schema/calendar/calendar.ts'
import { calendarInput } from './calendar-input.ts'

const window = { start: '09:00', end: '12:00', capacity: 10, noticeMinutes: 60 }
const weekly = { ...window, weekdays: ['MONDAY'] }
const input = { storeId: 'the store', timeZone: 'Asia/Seoul', windows: [weekly] }

const hour = (at: number) => `${String(at).padStart(2, '0')}:00`
const hours = (from: number, to: number) => ({ ...weekly, start: hour(from), end: hour(to) })
/** Windows of an hour each, one after the other. */
const row = (count: number, more: object = weekly) =>
  Array.from({ length: count }, (_, at) => ({ ...window, ...more, start: hour(at), end: hour(at + 1) }))
const days = (count: number) =>
  Array.from({ length: count }, (_, at) => new Date(Date.UTC(2027, 0, 1 + at)).toISOString().slice(0, 10))
const area = (postalCodePrefix: string, fee: object = { amount: 5_000 }) => ({ postalCodePrefix, fee })
const prefixes = (count: number) => Array.from({ length: count }, (_, at) => String(10_000 + at))

/** `path code` of each problem, in order. */
function problemsOf(changed: object): string[] {
  const read = readInput(calendarInput, { ...input, ...changed })
  if (!('failure' in read)) return []
  return read.failure.problems.map(({ path, code, limit }) => [path.join('.'), code, limit].filter(Boolean).join(' '))
}

describe('a calendar is refused, naming the field', () => {
  it.each<[what: string, changed: object, ...problems: string[]]>([
    ['an unknown time zone', { timeZone: 'Mars/Olympus' }, 'timeZone NOT_ALLOWED'],
    ['an offset as time zone', { timeZone: '+09:00' }, 'timeZone NOT_ALLOWED'],
    ['a time that is none', { windows: [{ ...weekly, start: '24:00' }] }, 'windows.0.start WRONG_FORMAT'],
    ['no weekday', { windows: [{ ...weekly, weekdays: [] }] }, 'windows.0.weekdays TOO_FEW 1'],
    [
      'a weekday twice',
      { windows: [{ ...weekly, weekdays: ['MONDAY', 'SUNDAY', 'MONDAY'] }] },
      'windows.0.weekdays.2 NOT_ALLOWED',
    ],
    [
      'too many weekdays',
      { windows: [{ ...weekly, weekdays: Array(8).fill('MONDAY') }] },
      'windows.0.weekdays TOO_MANY 7',
    ],
    ['a capacity below 0', { windows: [{ ...weekly, capacity: -1 }] }, 'windows.0.capacity TOO_SMALL'],
    ['a great capacity', { windows: [{ ...weekly, capacity: 10_001 }] }, 'windows.0.capacity TOO_LARGE 10000'],
    ['a notice below 0', { windows: [{ ...weekly, noticeMinutes: -1 }] }, 'windows.0.noticeMinutes TOO_SMALL'],
    ['a long notice', { windows: [{ ...weekly, noticeMinutes: 43_201 }] }, 'windows.0.noticeMinutes TOO_LARGE 43200'],
    ['windows that overlap', { windows: [hours(9, 12), hours(11, 13)] }, 'windows.1.start NOT_ALLOWED'],
    ['the later one in the input', { windows: [hours(11, 13), hours(9, 12)] }, 'windows.1.start NOT_ALLOWED'],
    ['the same window twice', { windows: [hours(9, 12), hours(9, 12)] }, 'windows.1.start NOT_ALLOWED'],
    [
      'a window within another',
      { windows: [hours(9, 18), hours(10, 11), hours(12, 13)] },
      'windows.1.start NOT_ALLOWED',
      'windows.2.start NOT_ALLOWED',
    ],
    [
      'an overlap with one that ends the next day',
      { windows: [hours(22, 2), hours(23, 0)] },
      'windows.1.start NOT_ALLOWED',
    ],
    ['an overlap with one of 24 hours', { windows: [hours(9, 9), hours(20, 21)] }, 'windows.1.start NOT_ALLOWED'],
    [
      'an overlap on one of their days only',
      {
        windows: [
          { ...hours(9, 12), weekdays: ['MONDAY', 'TUESDAY'] },
          { ...hours(9, 12), weekdays: ['TUESDAY', 'FRIDAY'] },
        ],
      },
      'windows.1.start NOT_ALLOWED',
    ],
    [
      'an overlap with one of the day before',
      { windows: [hours(22, 2), { ...hours(1, 3), weekdays: ['TUESDAY'] }] },
      'windows.1.start NOT_ALLOWED',
    ],
    [
      'an overlap on Monday with one of Sunday',
      { windows: [hours(1, 3), { ...hours(22, 2), weekdays: ['SUNDAY'] }] },
      'windows.1.start NOT_ALLOWED',
    ],
    [
      'an overlap of two that pass midnight, of two days',
      { windows: [hours(9, 9), { ...hours(8, 8), weekdays: ['TUESDAY'] }] },
      'windows.1.start NOT_ALLOWED',
    ],
    ['13 windows on a day', { windows: row(13) }, 'windows.12.weekdays TOO_MANY 12'],
    ['85 windows', { windows: Array(85).fill(weekly) }, 'windows TOO_MANY 84'],
    ['a closed day that is none', { closedDays: ['2026-02-30'] }, 'closedDays.0 WRONG_FORMAT'],
    ['a closed day twice', { closedDays: ['2026-02-28', '2026-03-01', '2026-02-28'] }, 'closedDays.2 NOT_ALLOWED'],
    ['401 closed days', { closedDays: days(401) }, 'closedDays TOO_MANY 400'],
    [
      'a special day that is none',
      { specialDays: [{ day: '2027-02-29', windows: [] }] },
      'specialDays.0.day WRONG_FORMAT',
    ],
    [
      'a special day twice',
      {
        specialDays: [
          { day: '2027-02-14', windows: [] },
          { day: '2027-02-14', windows: [window] },
        ],
      },
      'specialDays.1.day NOT_ALLOWED',
    ],
    [
      'a special day that is closed',
      {
        closedDays: ['2027-02-14'],
        specialDays: [
          { day: '2027-02-13', windows: [] },
          { day: '2027-02-14', windows: [] },
        ],
      },
      'specialDays.1.day NOT_ALLOWED',
    ],
    ['101 special days', { specialDays: days(101).map((day) => ({ day, windows: [] })) }, 'specialDays TOO_MANY 100'],
    [
      '13 windows on a special day',
      { specialDays: [{ day: '2027-02-14', windows: row(13) }] },
      'specialDays.0.windows TOO_MANY 12',
    ],
    [
      'an overlap on a special day',
      { specialDays: [{ day: '2027-02-14', windows: [window, { ...window, start: '11:59' }] }] },
      'specialDays.0.windows.1.start NOT_ALLOWED',
    ],
    ...['', '123456', '13-5', 'ab', '１３'].map((prefix): [string, object, string] => [
      `the postal code prefix "${prefix}"`,
      { areas: [area(prefix)] },
      'areas.0.postalCodePrefix WRONG_FORMAT',
    ]),
    ['a prefix twice', { areas: [area('1'), area('13'), area('1')] }, 'areas.2.postalCodePrefix NOT_ALLOWED'],
    ['201 areas', { areas: prefixes(201).map((prefix) => area(prefix)) }, 'areas TOO_MANY 200'],
    ['a fee below 0', { areas: [area('1', { amount: -1 })] }, 'areas.0.fee.amount TOO_SMALL'],
    ['a great fee', { areas: [area('1', { amount: 1_000_001 })] }, 'areas.0.fee.amount TOO_LARGE 1000000'],
    ['another currency', { areas: [area('1', { amount: 1, currency: 'USD' })] }, 'areas.0.fee.currency NOT_ALLOWED'],
    ['an expected version below 0', { expectedVersion: -1 }, 'expectedVersion TOO_SMALL'],
  ])('%s', (_, changed, ...problems) => {
    expect(problemsOf(changed)).toEqual(problems)
  })

  it('with all problems in the order of the input, whatever is compared with whatever', () => {
    const changed = {
      timeZone: 'Seoul',
      windows: [hours(9, 12), { ...hours(11, 13), capacity: -1 }, { ...hours(14, 15), noticeMinutes: -1 }],
      closedDays: ['2027-02-14', '2027-02-14'],
      specialDays: [{ day: '2027-02-14', windows: [{ ...window, end: '9' }] }],
      areas: [area('1'), area('x'), area('1', { amount: -1 })],
    }
    expect(problemsOf(changed)).toEqual([
      'timeZone NOT_ALLOWED',
      'windows.1.start NOT_ALLOWED',
      'windows.1.capacity TOO_SMALL',
      'windows.2.noticeMinutes TOO_SMALL',
      'closedDays.1 NOT_ALLOWED',
      'specialDays.0.day NOT_ALLOWED',
      'specialDays.0.windows.0.end WRONG_FORMAT',
      'areas.1.postalCodePrefix WRONG_FORMAT',
      'areas.2.postalCodePrefix NOT_ALLOWED',
      'areas.2.fee.amount TOO_SMALL',
    ])
  })

  it('with at most 50 problems', () => {
    expect(problemsOf({ areas: prefixes(200).map((prefix) => area(prefix, { amount: -1 })) })).toHaveLength(50)
  })
})

it('a window may start when one of the day before ends, or on a day after none that passes midnight', () => {
  const daily = (from: number, to: number) => ({ ...hours(from, to), weekdays: [...WEEKDAYS] })
  expect(problemsOf({ windows: [daily(22, 2), daily(2, 22)] })).toEqual([])
  expect(problemsOf({ windows: [daily(9, 9)] })).toEqual([])
  expect(problemsOf({ windows: [hours(22, 2), { ...hours(1, 3), weekdays: ['MONDAY', 'WEDNESDAY'] }] })).toEqual([])
})

it('a calendar at every bound is taken, and lists that are left out are empty', () => {
  const full = {
    windows: WEEKDAYS.flatMap((weekday) => row(12, { weekdays: [weekday], capacity: 10_000, noticeMinutes: 43_200 })),
    closedDays: days(500).slice(100),
    specialDays: days(100).map((day) => ({ day, windows: row(12, { capacity: 0, noticeMinutes: 0 }) })),
    areas: prefixes(200).map((prefix, at) => area(prefix, { amount: at ? 1_000_000 : 0 })),
    expectedVersion: 0,
  }
  expect(problemsOf(full)).toEqual([])
  const { noticeMinutes: _, capacity: __, ...bare } = weekly
  const windows = [bare, { ...bare, start: '12:00', end: '09:00' }]
  expect(readInput(calendarInput, { ...input, windows })).toEqual({
    value: {
      storeId: 'the store',
      timeZone: 'Asia/Seoul',
      windows: windows.map((window) => ({ ...window, capacity: null, noticeMinutes: 60 })),
      closedDays: [],
      specialDays: [],
      areas: [],
      expectedVersion: null,
    },
  })
})
