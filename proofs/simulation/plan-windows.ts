import type { Calendar, DayWindow } from '../../schema/calendar/calendar.ts'
import type { Random } from './random.ts'

/** What an owner does to the delivery calendar at one time. */
export type CalendarStep = {
  calendar: Calendar
  /** What a second florist sets at the same time; null: nobody. */
  rival: Calendar | null
  /** Names the version that was read, and so does the second florist. */
  expectsVersion: boolean
  /** Follows the step before after about this many paces. */
  after: number
}

/** When and where a customer wants the flowers, and which. */
export type WantedWindow = {
  /**
   * `earliest`: names none. `shown`: one of those that order shows. `old`: one of those that it showed first. `unheard`: one of the
   * store's own calendar, which order may not have heard yet. `altered`: one that no calendar has. `rush`: the first with a limit, at the
   * same time as others who rush.
   */
  window: 'earliest' | 'shown' | 'old' | 'unheard' | 'altered' | 'rush'
  postalCode: string | null
  substitution: 'EQUAL_VALUE' | 'SAME_ONLY'
}

/** The schedule starts at 9:00 of this day in UTC, the time zone of the calendars here. (Time zones have their own tests.) */
const TODAY = '2026-11-23'
const TOMORROW = '2026-11-24'
/** The days that customers look at. */
export const DAYS_SHOWN = [TODAY, TOMORROW]

const WEEKDAYS = ['MONDAY', 'TUESDAY'] as const // today and tomorrow

/** Soon enough that a schedule reaches their cut-off and their start; and later ones. They never overlap. */
const WINDOWS = [
  { start: '09:01', ends: ['09:02', '09:03'], notices: [0, 0, 1] },
  { start: '09:03', ends: ['09:05', '09:30'], notices: [0, 1, 3] },
  { start: '23:00', ends: ['23:30', '01:00'], notices: [0, 60] },
]
const CAPACITIES = [null, null, 0, 1, 1, 1, 2, 3]
const AREAS = [
  [],
  [],
  [{ postalCodePrefix: '06', fee: 3_000 }],
  [
    { postalCodePrefix: '0', fee: 2_000 },
    { postalCodePrefix: '06', fee: 0 },
    { postalCodePrefix: '13', fee: 500 },
  ],
]
const POSTAL_CODES = ['06236', '06236', '04524', '13529', null]

/** What an owner sets, one after the other, or in most plans nothing; the calendar before the first is the default one. */
export function calendarSteps(random: Random, always: boolean): CalendarStep[] {
  if (random.chance(0.6) && !always) return []
  const steps: CalendarStep[] = []
  let calendar = firstCalendar(random)
  for (let count = 1 + random.below(3); count > 0; count--) {
    steps.push({
      calendar,
      rival: random.chance(0.2) ? changed(random, calendar) : null,
      expectsVersion: random.chance(0.5),
      after: random.below(12),
    })
    calendar = changed(random, calendar)
  }
  return steps
}

const OFTEN = ['earliest', 'earliest', 'shown', 'shown', 'shown'] as const

export const wantedWindow = (random: Random): WantedWindow => ({
  window: random.pick([...OFTEN, ...OFTEN, 'old', 'unheard', 'altered']),
  postalCode: random.pick(POSTAL_CODES),
  substitution: random.chance(0.3) ? 'SAME_ONLY' : 'EQUAL_VALUE',
})

/** Names no window of its own and needs no postal code: `shrink` prefers it. */
export const PLAINEST_WINDOW: WantedWindow = { window: 'earliest', postalCode: '06236', substitution: 'EQUAL_VALUE' }

function firstCalendar(random: Random): Calendar {
  const used = WINDOWS.filter(() => random.chance(0.7))
  const windows = (used.length ? used : WINDOWS).map((template) => ({
    weekdays: [...WEEKDAYS],
    ...windowOf(random, template),
  }))
  return { timeZone: 'UTC', windows, closedDays: [], specialDays: [], areas: random.pick(AREAS) }
}

const windowOf = (random: Random, { start, ends, notices }: (typeof WINDOWS)[number]): DayWindow => ({
  start,
  end: random.pick(ends),
  capacity: random.pick(CAPACITIES),
  noticeMinutes: random.pick(notices),
})

/** The calendar with one change: a capacity, an edited window, a day that is closed or opened, a special day, or the areas. */
function changed(random: Random, calendar: Calendar): Calendar {
  const { windows } = calendar
  const index = random.below(windows.length)
  const window = windows[index]
  if (!window) return calendar
  switch (random.below(7)) {
    case 0:
    case 1:
    case 2:
      return { ...calendar, windows: windows.with(index, { ...window, capacity: random.pick(CAPACITIES) }) }
    case 3: {
      const template = WINDOWS.find(({ start }) => start === window.start)
      return { ...calendar, windows: windows.with(index, { ...window, end: random.pick(template?.ends ?? []) }) }
    }
    case 4:
      return {
        ...calendar,
        closedDays: calendar.closedDays.length ? [] : [random.pick([TODAY, TODAY, TOMORROW])],
        specialDays: [],
      }
    case 5: {
      const special = WINDOWS.map((template) => windowOf(random, template))
      return {
        ...calendar,
        closedDays: [],
        specialDays: calendar.specialDays.length ? [] : [{ day: TODAY, windows: special }],
      }
    }
    default:
      return { ...calendar, areas: random.pick(AREAS) }
  }
}
