import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import DataLoader from 'dataloader'
import { getOperationAST, parse } from 'graphql'
import { newId } from '../../chassis/ids.ts'
import { DEFAULTS } from '../../router/config.ts'
import { fragmentsOf, normalForm } from '../../router/executor/selection/normal-form.ts'
import { createLimitCheck } from '../../router/limits/check.ts'
import { loadSupergraph } from '../../router/supergraph/load.ts'
import { type Calendar, MOST, WEEKDAYS } from '../../schema/calendar/calendar.ts'
import type { Span } from '../../subgraphs/order/application/ports.ts'
import { resolversOn } from '../../subgraphs/order/inbound/graphql/resolvers.ts'
import type { Reads } from '../../subgraphs/order/outbound/postgres/reads.ts'
import type { OrderContext } from '../../subgraphs/order/wire.ts'
import { subgraph } from '../testing/subgraph.ts'

// Anyone may ask for the windows of all stores, many times in one operation.
const { clientSchema, listSizes } = loadSupergraph(
  readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
)
const check = createLimitCheck(clientSchema, DEFAULTS, listSizes)

const aliases = (count: number, days: string) => Array.from({ length: count }, (_, n) => `a${n}: ${days}`).join(' ')

function isPermitted(query: string): boolean {
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('There is no operation.')
  const fragments = fragmentsOf(document)
  if (check.size(operation, fragments).length) return false
  return check.cost(normalForm(clientSchema, operation, fragments), {}).length === 0
}

/** The most stores and aliases that the router lets through for a selection of days. */
function mostPermitted(days: string): { stores: number; calls: number } {
  let most = { stores: 0, calls: 0 }
  for (const calls of [1, 2, 3, 5, 7, 10, 20, 50, 99]) {
    let [permitted, refused] = [0, 101]
    while (refused - permitted > 1) {
      const stores = Math.floor((permitted + refused) / 2)
      if (isPermitted(`{ stores(first: ${stores}) { nodes { ${aliases(calls, days)} } } }`)) permitted = stores
      else refused = stores
    }
    if (permitted * calls > most.stores * most.calls) most = { stores: permitted, calls }
  }
  return most
}

const hours = Array.from({ length: MOST.windowsOfDay }, (_, at) => String(at * 2).padStart(2, '0'))
const calendar = (): Calendar => ({
  timeZone: 'Asia/Seoul',
  windows: hours.map((hour) => {
    return { weekdays: [...WEEKDAYS], start: `${hour}:00`, end: `${hour}:59`, capacity: 1, noticeMinutes: 0 }
  }),
  closedDays: [],
  specialDays: [],
  areas: [],
})

/** order's subgraph, whose stores have the most windows, each with a limit; `counted` has those whose places were counted. */
function orderSubgraph() {
  const counted: Span[] = []
  const countPlaces = async (spans: readonly Span[]) => {
    counted.push(...spans)
    return spans.map(() => 0)
  }
  const reads = (): Reads => ({
    orders: new DataLoader(async (ids) => ids.map(() => null)),
    stores: new DataLoader(async (ids) => ids.map((id) => ({ id, ownerId: newId(), name: 'KJSHOP' }))),
    calendars: new DataLoader(async (ids) => ids.map(calendar)),
    booked: new DataLoader(countPlaces, { cacheKeyFn: ({ storeId, startsAt }) => `${storeId} ${startsAt.getTime()}` }),
    shown: { days: 0 },
  })
  // Only reads are asked for.
  const context = { now: () => new Date('2026-01-01T00:00:00Z') } as OrderContext
  const sdl = new URL('../../subgraphs/order/inbound/graphql/order.graphql', import.meta.url)
  const { entities } = subgraph(sdl, resolversOn(context), (claims) => ({ claims, reads: reads() }))
  const ask = async (stores: number, fields: string) => {
    const of = Array.from({ length: stores }, () => ({ __typename: 'Store', id: newId() }))
    const { data, errors } = await entities(null, `... on Store { ${fields} }`, of)
    const days = data._entities.flatMap((store: Record<string, unknown[] | null>) => Object.values(store)).flat()
    const windows = days.flatMap((day: { windows?: unknown[] } | null) => day?.windows ?? [])
    return { errors, days: days.length, windows: windows.length }
  }
  return { ask, counted }
}

describe('the most expensive operation that the router permits', () => {
  it.each([
    ['the days only', '{ __typename }', 'days'],
    ['their dates', '{ date }', 'days'],
    ['their windows only', '{ windows { __typename } }', 'windows'],
    ['the times of their windows', '{ windows { startsAt } }', 'windows'],
    ['which windows are open', '{ windows { open } }', 'places'],
  ])('has no more windows than it costs: %s', async (_, selection, what) => {
    const days = `deliveryDays(days: ${MOST.daysAsked}) ${selection}`
    const { stores, calls } = mostPermitted(days)
    const asked = stores * calls * MOST.daysAsked
    expect(asked * (what === 'days' ? 1 : MOST.windowsOfDay)).toBeLessThanOrEqual(DEFAULTS.MAX_COST)
    const { ask, counted } = orderSubgraph()
    const windows = what === 'days' ? 0 : asked * MOST.windowsOfDay
    expect(await ask(stores, aliases(calls, days))).toEqual({ errors: undefined, days: asked, windows })
    // One window may be in several answers; those of today's that are over need not be counted.
    expect(counted.length).toBeGreaterThanOrEqual(what === 'places' ? 1 : 0)
    expect(counted.length).toBeLessThanOrEqual(what === 'places' ? windows : 0)
  })
})

it('order refuses the windows of more days than that, whatever the router permits', async () => {
  const { ask, counted } = orderSubgraph()
  const { errors, windows } = await ask(100, 'deliveryDays(days: 31) { windows { open } }')
  expect(new Set(errors)).toEqual(new Set(['BAD_USER_INPUT']))
  expect(windows).toBeGreaterThan(0)
  expect(windows).toBeLessThanOrEqual(MOST.daysOfRequest * MOST.windowsOfDay)
  expect(counted.length).toBeLessThanOrEqual(MOST.daysOfRequest * MOST.windowsOfDay)
})
