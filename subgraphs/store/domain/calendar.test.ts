import { describe, expect, it } from '@jest/globals'
import { acceptByFor, changeCalendar, type StoreCalendar, withOneMoreChange } from './calendar.ts'

const calendar = { timeZone: 'Asia/Seoul', windows: [], closedDays: [], specialDays: [], areas: [] }
const now = new Date('2026-05-08T03:00:00Z')
const existing: StoreCalendar = { id: 'the store', calendarVersion: 7, calendar }

describe('a calendar', () => {
  it.each([
    ['the first', null, null, 1],
    ['the first, where none is expected', null, 0, 1],
    ['another, whatever is there', existing, null, 8],
    ['another, where this version is expected', existing, 7, 8],
  ])('%s is set and said with its version', (_, before, expectedVersion, version) => {
    const given = { ...calendar, closedDays: ['2026-05-08'] }
    expect(changeCalendar(before, { storeId: 'the store', calendar: given, expectedVersion })).toEqual({
      calendar: { id: 'the store', calendarVersion: version, calendar: given },
      says: [{ type: 'CalendarChanged', data: { storeId: 'the store', version, ...given } }],
    })
  })

  it.each([
    [existing, 6],
    [existing, 8],
    [existing, 0],
    [null, 1],
  ])('of another version than expected is a conflict (%#)', (before, expectedVersion) => {
    expect(changeCalendar(before, { storeId: 'the store', calendar, expectedVersion })).toEqual({
      type: 'CalendarConflict',
      message: expect.stringContaining(String(expectedVersion)),
      calendar: before,
    })
  })

  it('is changed at most fifty times within a day by its owner, whichever of theirs it is', () => {
    const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString()
    const change = (calendarChanges: string[]) => withOneMoreChange({ id: 'kj', stores: 2, calendarChanges }, now)
    const ofToday = Array.from({ length: 49 }, () => hoursAgo(2))
    expect(change([hoursAgo(23), ...ofToday])).toEqual({
      type: 'TooManyCalendarChanges',
      message: expect.stringContaining('50 times'),
      retryAfter: 3_600,
    })
    // The oldest is a day old.
    expect(change([hoursAgo(24), ...ofToday])).toEqual({
      ...{ id: 'kj', stores: 2 },
      calendarChanges: [...ofToday, now.toISOString()],
    })
  })
})

describe('an order must be accepted by', () => {
  const at = (time: string) => new Date(`2026-05-${time}:00Z`)
  it.each([
    ['the start of its window', '07T01:00', '07T09:00', null, '07T09:00'],
    ['the end of the next open day, if that is sooner', '07T01:00', '20T00:00', '08T09:00', '08T09:00'],
    ['the start of its window, if that is sooner', '07T01:00', '08T05:00', '08T09:00', '08T05:00'],
    ['30 minutes after it was opened, at the earliest', '07T08:50', '07T09:00', null, '07T09:20'],
    ['30 minutes after it was opened, also long after its window', '07T13:00', '07T09:00', null, '07T13:30'],
  ])('%s', (_, opened, starts, nextDayEnds, by) => {
    const nextOpenDayEndsAt = nextDayEnds ? at(nextDayEnds) : null
    const planned = { openedAt: at(opened), windowStartsAt: at(starts), nextOpenDayEndsAt, acceptWithinMs: 1_800_000 }
    expect(acceptByFor(planned)).toEqual(at(by))
  })
})
