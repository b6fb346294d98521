import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { getOperationAST, parse, validate } from 'graphql'
import { newId } from '../../chassis/ids.ts'
import { readInput } from '../../chassis/inputs.ts'
import { DEFAULTS } from '../../router/config.ts'
import { fragmentsOf, normalForm } from '../../router/executor/selection/normal-form.ts'
import { createLimitCheck } from '../../router/limits/check.ts'
import { loadSupergraph } from '../../router/supergraph/load.ts'
import { MOST, WEEKDAYS } from '../../schema/calendar/calendar.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { calendarInput } from '../../subgraphs/store/application/calendar-input.ts'
import { changeCalendar } from '../../subgraphs/store/domain/calendar.ts'

/** A message that is larger is refused by NATS, unless its operator allows more. */
const NATS_MAX_PAYLOAD = 1024 * 1024

const window = { capacity: MOST.capacity, noticeMinutes: MOST.noticeMinutes }
const windowsOfDay = Array.from({ length: MOST.windowsOfDay }, (_, at) => {
  const [start, end] = [at * 2, at * 2 + 1].map((hour) => `${String(hour).padStart(2, '0')}:00`)
  return { start, end, ...window }
})
const dayAfter = (days: number) => new Date(Date.UTC(2027, 0, 1 + days)).toISOString().slice(0, 10)
const days = (count: number, from: number) => Array.from({ length: count }, (_, at) => dayAfter(from + at))

const storeId = newId()
const input = {
  storeId: 'U3RvcmU6MDFhMjA1YTQtNGU1ZS03NzhhLWFlOGUtZjM3MGZiNmY3OTdl',
  timeZone: 'America/Argentina/ComodRivadavia',
  windows: WEEKDAYS.flatMap((weekday) => windowsOfDay.map((window) => ({ weekdays: [weekday], ...window }))),
  closedDays: days(MOST.closedDays, MOST.specialDays),
  specialDays: days(MOST.specialDays, 0).map((day) => ({ day, windows: windowsOfDay })),
  areas: Array.from({ length: MOST.areas }, (_, at) => ({
    postalCodePrefix: String(10_000 + at),
    fee: { amount: MOST.fee, currency: 'KRW' },
  })),
  expectedVersion: 1_000_000,
}

const CALENDAR = `version timeZone windows { weekdays start end capacity noticeMinutes } closedDays
  specialDays { day windows { start end capacity noticeMinutes } } areas { postalCodePrefix fee { amount currency } }`
const MUTATION = `mutation ($input: SetDeliveryCalendarInput!) {
  setDeliveryCalendar(input: $input) {
    __typename
    ... on CalendarPayload { store { id calendar { ${CALENDAR} } } }
    ... on CalendarConflict { message calendar { ${CALENDAR} } }
    ... on InvalidInput { problems { path message code limit } }
  }
}`

it('the largest calendar is taken by the router, and set and read by one command within its cost', () => {
  expect(JSON.stringify({ query: MUTATION, variables: { input } }).length).toBeLessThan(DEFAULTS.MAX_BODY_BYTES)
  const { clientSchema, listSizes } = loadSupergraph(
    readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
  )
  const document = parse(MUTATION)
  expect(validate(clientSchema, document)).toEqual([])
  const operation = getOperationAST(document)
  if (!operation) throw new Error('There is no operation.')
  const check = createLimitCheck(clientSchema, DEFAULTS, listSizes)
  expect(check.size(operation, fragmentsOf(document))).toEqual([])
  expect(check.cost(normalForm(clientSchema, operation, fragmentsOf(document)), { input })).toEqual([])
})

it('the largest calendar is taken by store, and its fact by NATS', () => {
  const read = readInput(calendarInput, { ...input, storeId })
  if ('failure' in read) throw new Error(read.failure.message)
  const { expectedVersion, ...calendar } = read.value
  const existing = { id: storeId, calendarVersion: 1_000_000, calendar }
  const decision = changeCalendar(existing, { storeId, calendar, expectedVersion })
  if ('type' in decision) throw new Error(decision.message)
  const stamp = stampWith({ now: () => new Date(), newId })
  const sizes = decision.says.map((fact) => JSON.stringify(stamp(fact, newId()).message).length)
  expect(sizes).toHaveLength(1)
  expect(Math.max(...sizes)).toBeLessThan(NATS_MAX_PAYLOAD)
})
