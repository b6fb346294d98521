import { expect, it } from '@jest/globals'
import { shown, type UpdateKind } from './shown.ts'

type Order = { id: string; status: string }
const after = (...updates: [UpdateKind, Order | null][]) => {
  let orders: ReadonlyMap<string, Order> = new Map()
  for (const [kind, entity] of updates) orders = shown(orders, { kind, entity })
  return [...orders.values()].map(({ id, status }) => `${id} ${status}`)
}

it('a live list shows the newest state of each, and after a GAP only what comes then', () => {
  const old = { id: 'old', status: 'DECORATED' }
  expect(after(['GAP', null], ['SNAPSHOT', old], ['CHANGE', { id: 'a', status: 'PAID' }])).toEqual([
    'old DECORATED',
    'a PAID',
  ])
  expect(after(['SNAPSHOT', old], ['GAP', null], ['SNAPSHOT', { id: 'a', status: 'PAID' }])).toEqual(['a PAID'])
  // The router could not render it: what is shown stays.
  expect(after(['SNAPSHOT', old], ['CHANGE', null])).toEqual(['old DECORATED'])
})
