import { describe, expect, it } from '@jest/globals'
import { graphql } from 'graphql'
import { globalId } from '../global-ids.ts'
import { newId } from '../ids.ts'
import { subgraphSchema } from './schema.ts'
import { translateIds } from './translate-ids.ts'

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
const COMMON = `directive @id(of: String) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  scalar DateTime scalar Cursor
  interface Failure { message: String! }
  type InvalidInput implements Failure { message: String! problems: [Problem!]! }
  type Problem { path: [String!]! message: String! code: String! }
  type NotFound implements Failure { message: String! }`
const SDL = `${COMMON}
  type Query { order(id: ID @id(of: "Order")): Order later: Order offer(id: ID @id): ID @id item(id: ID! @id(of: "Item")): ID @id(of: "Item") }
  type Mutation {
    place(input: Place!): PlaceResult
    cancel(input: Cancel!): CancelResult
  }
  type Order @key(fields: "id") { id: ID! storeId: ID @id(of: "Store") itemIds: [ID!] @id(of: "Item") none: ID @id(of: "Item") }
  type Store @key(fields: "id") { id: ID! }
  type Sold { order: Order! }
  union PlaceResult = Sold | InvalidInput | NotFound
  union CancelResult = Sold | NotFound
  input Place { idempotencyKey: ID! storeId: ID! @id(of: "Store") lines: [Line!] note: String parent: Place }
  input Line { itemId: ID! @id(of: "Item") quantity: Int! }
  input Cancel { orderId: ID! @id(of: "Order") }`

const [order, store, item, other] = [newId(), newId(), newId(), newId()]
const received: unknown[] = []
const resolved = { id: order, storeId: store, itemIds: [item, other], none: null }
const take = (_: unknown, args: unknown) => {
  received.push(args)
  return { type: 'Sold', order: resolved }
}
const typeOf = ({ type }: { type: string }) => type
const schema = subgraphSchema([LINK, SDL], {
  Query: {
    order: (_: unknown, args: unknown) => {
      received.push(args)
      return resolved
    },
    later: async () => ({ ...resolved, id: async () => order }),
    item: (_: unknown, { id }: { id: string }) => id,
    offer: (_: unknown, { id }: { id: string }) => id,
  },
  Mutation: { place: take, cancel: take },
  Order: {
    __resolveReference: async (reference: object) => {
      received.push(reference)
      return reference
    },
  },
  PlaceResult: { __resolveType: typeOf },
  CancelResult: { __resolveType: typeOf },
})
translateIds(schema)

async function ask(source: string, variableValues: Record<string, unknown> = {}) {
  received.length = 0
  const { data, errors } = await graphql({ schema, source, variableValues })
  const problems = errors?.map(({ extensions, message }) => [extensions.code, message])
  return { data: JSON.parse(JSON.stringify(data)), errors: problems }
}

const PLACE = `mutation ($input: Place!) { place(input: $input) {
  ... on Sold { order { id } } ... on InvalidInput { message problems { path message code } } } }`
const CANCEL =
  'mutation ($id: ID!) { cancel(input: { orderId: $id }) { ... on Sold { order { id } } ... on NotFound { message } } }'
const id = globalId('Order', order)

describe('a subgraph', () => {
  it('answers with global ids, in lists and promises too', async () => {
    const { data } = await ask('{ order { id storeId itemIds none } later { id } }')
    const itemIds = [globalId('Item', item), globalId('Item', other)]
    const all = { id, storeId: globalId('Store', store), itemIds, none: null }
    expect(data).toEqual({ order: all, later: { id } })
  })

  it('hands UUIDs to its resolvers, from literals, variables and nested inputs', async () => {
    await ask(`{ order(id: "${id}") { id } }`)
    expect(received).toEqual([{ id: order }])
    await ask('query ($id: ID) { order(id: $id) { id } }')
    expect(received).toEqual([{}])
    await ask('{ order(id: null) { id } }')
    expect(received).toEqual([{ id: null }])
    const line = { itemId: globalId('Item', item), quantity: 1 }
    const parent = { idempotencyKey: order, storeId: globalId('Store', other), lines: [line, line] }
    const input = { idempotencyKey: id, storeId: globalId('Store', store), note: id, parent }
    expect((await ask(PLACE, { input })).data).toEqual({ place: { order: { id } } })
    const own = { itemId: item, quantity: 1 }
    const ownParent = { idempotencyKey: order, storeId: other, lines: [own, own] }
    // The key and the note are the client's own, whatever they look like.
    expect(received).toEqual([{ input: { idempotencyKey: id, storeId: store, note: id, parent: ownParent } }])
  })

  it('leaves an id that is no entity’s as it is', async () => {
    expect((await ask(`{ offer(id: "${id}") }`)).data).toEqual({ offer: id })
    expect((await ask(`{ offer(id: "window 1") }`)).data).toEqual({ offer: 'window 1' })
  })

  it('hands over references by UUID, and knows none of another type', async () => {
    const of = [id, globalId('Store', order), order, 'no id', ''].map((each) => ({
      __typename: 'Order',
      id: each,
      more: id,
    }))
    const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { id } } }'
    expect((await ask(query, { of })).data).toEqual({ _entities: [{ id }, null, null, null, null] })
    expect(received).toEqual([expect.objectContaining({ id: order, more: id })])
  })

  it('refers to entities that it has no resolver for', async () => {
    const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Store { id } } }'
    const of = [{ __typename: 'Store', id: globalId('Store', store) }]
    expect((await ask(query, { of })).data).toEqual({ _entities: [{ id: globalId('Store', store) }] })
  })
})

it('a reference whose id is no text is one to nothing', async () => {
  const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Store { id } } }'
  const of = [{ toString: 1 }, 1, null, ['x']].map((id) => ({ __typename: 'Store', id }))
  expect(await ask(query, { of })).toEqual({ data: { _entities: [null, null, null, null] } })
})

describe('an id of another type', () => {
  const wrong = globalId('Payment', order)

  it('is answered by InvalidInput, which names both types, each at its path', async () => {
    const lines = [
      { itemId: globalId('Item', item), quantity: 1 },
      { itemId: globalId('Order', item), quantity: 1 },
    ]
    const { data } = await ask(PLACE, { input: { idempotencyKey: 'k', storeId: wrong, lines } })
    const problems = [
      { path: ['storeId'], message: "This is a Payment's id; a Store's is needed.", code: 'NOT_FOUND' },
      { path: ['lines', '1', 'itemId'], message: "This is an Order's id; an Item's is needed.", code: 'NOT_FOUND' },
    ]
    const message = problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ')
    expect(data).toEqual({ place: { message, problems } })
    expect(received).toEqual([])
  })

  it('is answered by NotFound where there is no InvalidInput', async () => {
    const message = "orderId: This is a Payment's id; an Order's is needed."
    expect((await ask(CANCEL, { id: wrong })).data).toEqual({ cancel: { message } })
    expect(received).toEqual([])
  })

  it('of a query is an error, and costs its field only', async () => {
    const { data, errors } = await ask('query ($id: ID) { order(id: $id) { id } later { id } }', { id: wrong })
    expect(data).toEqual({ order: null, later: { id } })
    expect(errors).toEqual([['BAD_USER_INPUT', "id: This is a Payment's id; an Order's is needed."]])
  })
})

it('takes no UUID for an id', async () => {
  const message = 'orderId: This is not an id of this API. Send an id as the API has returned it.'
  for (const uuid of [order, order.toUpperCase()]) {
    expect((await ask(CANCEL, { id: uuid })).data).toEqual({ cancel: { message } })
    expect((await ask('query ($id: ID) { order(id: $id) { id } }', { id: uuid })).errors).toHaveLength(1)
  }
})

it('leaves a text that is no id to the resolver, which finds nothing by it', async () => {
  for (const text of ['', 'no id', `${id}=`]) {
    await ask(CANCEL, { id: text })
    expect(received).toEqual([{ input: { orderId: text } }])
  }
})

describe('an ID of which is not said whose it is', () => {
  const start = (more: string) => () => translateIds(subgraphSchema([LINK, `${COMMON} ${more}`], {}))
  it.each([
    ['Thing.of', 'type Query { thing: Thing } type Thing { of: [ID!] }'],
    ['Thing.id', 'type Query { thing: Thing } type Thing { id: ID! }'],
    ['Query.thing.id', 'type Query { thing(id: ID!): Int }'],
    ['In.id', 'type Query { thing(in: In): Int } input In { id: ID }'],
  ])('stops the start: %s', (coordinate, sdl) => {
    expect(start(sdl)).toThrow(`Whose id ${coordinate} is must be said: @id(of: "Type").`)
  })
})
