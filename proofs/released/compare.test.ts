import { describe, expect, it } from '@jest/globals'
import { breaches } from './compare.ts'
import { present, type Release, routesIn } from './snapshot.ts'

const now = await present()
/** A copy of what is promised now, changed. */
const changed = (change: (release: Release) => void): Release => {
  const copy = structuredClone(now)
  change(copy)
  return copy
}
/** A part of a contract, as JSON Schema. */
type Contract = { properties: Record<string, Contract>; required: string[]; enum?: string[]; type?: string }
const contract = (release: Release, fact: string) => release.facts[fact] as Contract

describe('two releases side by side', () => {
  it('are compatible if nothing has changed', () => {
    expect(breaches(now, structuredClone(now))).toEqual([])
  })

  it.each<[string, (release: Release) => void, string]>([
    [
      'a field of the API is gone',
      (one) => (one.api = one.api.replace('  cardMessage: String\n', '  greeting: String\n')),
      'API: Order.cardMessage was removed.',
    ],
    [
      'an input is required',
      (one) => (one.api = one.api.replace('input PlaceOrderInput {', 'input PlaceOrderInput {\n  more: Int!')),
      'API: A required field more on input type PlaceOrderInput was added.',
    ],
    [
      'a field moves to another subgraph',
      (one) => (one.routes = one.routes.filter((line) => line !== 'ITEM Item.price')),
      'supergraph: routers of the release before ask ITEM Item.price',
    ],
    [
      'a key is gone',
      (one) => (one.routes = one.routes.filter((line) => line !== 'STORE Store by id')),
      'supergraph: routers of the release before ask STORE Store by id',
    ],
    ['a fact is gone', (one) => delete one.facts.Rejected, 'fact Rejected is gone'],
    [
      'a fact has a new required field',
      (one) => {
        contract(one, 'Received').properties.florist = { type: 'string' } as Contract
        contract(one, 'Received').required.push('florist')
      },
      'fact Received.florist is new and required: old facts lack it',
    ],
    [
      'a field of a fact is gone',
      (one) => delete contract(one, 'Decorated').properties.ownerId,
      'fact Decorated.ownerId is gone',
    ],
    ['a field of a fact is optional now', (one) => contract(one, 'Decorated').required.pop(), 'is optional now'],
    [
      'an enum of a fact has a new value',
      (one) => contract(one, 'OrderCancelled').properties.reason?.enum?.push('WEATHER'),
      'fact OrderCancelled.reason has changed',
    ],
    [
      'a field of a fact has another type',
      (one) => Object.assign(contract(one, 'StockChanged').properties.available ?? {}, { type: 'string' }),
      'fact StockChanged.available has changed',
    ],
    [
      'a live message has lost a field',
      (one) => {
        one.live.store = JSON.parse(JSON.stringify(one.live.store).replace('"status":"RECEIVED",', ''))
      },
      'live message of store.state.storeOrder.status is gone',
    ],
    [
      'a field of a live message has another type',
      (one) => {
        one.live.store = JSON.parse(JSON.stringify(one.live.store).replace('"revision":2', '"revision":"2"'))
      },
      'live message of store.revision is string now, no longer number',
    ],
    [
      'the first consumer of a context receives a fact more',
      (one) => one.hears.store?.push('Ordered'),
      'store hears Ordered by its first consumer',
    ],
    ['a live message is gone', (one) => delete one.live.delivery, 'live message of delivery is gone'],
    [
      'a setting is gone',
      (one) => delete one.settings['router/main.ts']?.TRUST_PROXY,
      'setting TRUST_PROXY of router/main.ts is gone',
    ],
    [
      'a setting is new and required',
      (one) => Object.assign(one.settings['router/main.ts'] ?? {}, { MORE: 'required' }),
      'setting MORE of router/main.ts is required now',
    ],
    [
      'a setting is required that was not',
      (one) => Object.assign(one.settings['router/main.ts'] ?? {}, { PORT: 'required' }),
      'setting PORT of router/main.ts is required now',
    ],
  ])('are not if %s', (_, change, breach) => {
    const found = breaches(now, changed(change))
    expect(found).toEqual([expect.stringContaining(breach)])
  })

  it.each<[string, (release: Release) => void]>([
    ['the API has a new field', (one) => (one.api = one.api.replace('type Order {', 'type Order {\n  more: Int'))],
    [
      'a fact has a new optional field',
      (one) => (contract(one, 'Received').properties.florist = { type: 'string' } as Contract),
    ],
    ['the first consumer of a context receives a fact less', (one) => one.hears.store?.pop()],
    ['there is a new context', (one) => (one.hears['gift-note'] = ['Ordered'])],
    ['there is a new fact', (one) => (one.facts.Wilted = { type: 'object' })],
    ['a live message has a new field', (one) => Object.assign(one.live.store ?? {}, { more: 1 })],
    [
      'there is a new setting with a default',
      (one) => Object.assign(one.settings['router/main.ts'] ?? {}, { MORE: '1' }),
    ],
  ])('are if %s', (_, change) => {
    expect(breaches(now, changed(change))).toEqual([])
  })
})

it('a break of the API that is recorded as deliberate is none, and no other', () => {
  const without = changed((one) => (one.api = one.api.replace('  withdrawn: Boolean!', '  withdrawn: Boolean')))
  const recorded = (path: string) =>
    breaches(now, without, [{ path, from: 'Boolean!', to: 'Boolean', why: 'It may be unknown.' }])
  expect(recorded('Item.withdrawn')).toEqual([])
  expect(recorded('Item.name')).toEqual(['API: Item.withdrawn changed type from Boolean! to Boolean.'])
})

it('an input’s field may go if that is recorded, and no other', () => {
  const without = changed(
    (one) =>
      (one.api = one.api.replace(
        /(input DecorateOrderInput \{\n[^}]*?orderId: ID!\n)[^}]*? {2}substituted: String\n/,
        '$1',
      )),
  )
  const recorded = (path: string) => breaches(now, without, [{ path, from: 'String', why: 'It was never read.' }])
  expect(recorded('DecorateOrderInput.substituted')).toEqual([])
  expect(recorded('DecorateOrderInput.photoId')).toEqual(['API: DecorateOrderInput.substituted was removed.'])
})

it('what a router may ask of a subgraph leaves out what that only knows from others', () => {
  const supergraph = `
    type Item @join__type(graph: ITEM, key: "id") @join__type(graph: ORDER, key: "id") {
      id: ID!
      price: Int @join__field(graph: ITEM) @join__field(graph: ORDER, external: true)
    }`
  expect(routesIn(supergraph)).toEqual([
    'ITEM Item by id',
    'ITEM Item.id',
    'ITEM Item.price',
    'ORDER Item by id',
    'ORDER Item.id',
  ])
})
