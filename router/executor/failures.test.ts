import { beforeEach, describe, expect, it } from '@jest/globals'
import { bothExecutors, LINK, reference } from './testing/both-executors.ts'

const shop = bothExecutors([
  {
    name: 'orders',
    typeDefs: `${LINK}
      type Query { orders: [Order!], lists: [[Item!]!], node: Node, odd: Odd, status: Status, float: Float }
      interface Node { id: ID! }
      type Order implements Node { id: ID!, item: Item, items: [Item], note: String! }
      type Item implements Node @key(fields: "id") { id: ID! }
      type Hidden implements Node @inaccessible { id: ID! }
      type Odd @key(fields: "id") { id: ID! }
      scalar Anything
      enum Status { OPEN SECRET @inaccessible }`,
    resolvers: {
      Query: {
        orders: () => ['a', 'b', 'a'].map((id) => ({ id: `o-${id}`, item: { id }, items: [{ id }, null], note: 'n' })),
        lists: () => [[{ id: 'a' }, { id: 'b' }], [{ id: 'a' }]],
        odd: () => ({ id: 'odd' }),
      },
    },
  },
  {
    name: 'items',
    typeDefs: `${LINK}
      type Item @key(fields: "id") { id: ID!, name: String, price: Int!, maker: Maker, any: Anything }
      type Maker { name: String }
      scalar Anything
      type Odd @key(fields: "id") { id: ID!, value: Int }`,
    resolvers: {
      Item: {
        ...reference,
        name: ({ id }: { id: string }) => {
          if (id === 'a') throw new Error('No name.')
          return `name of ${id}`
        },
        price: () => 1,
        maker: () => ({ name: 'M' }),
        any: () => ({ deep: [1, 'x', null] }),
      },
      Odd: { ...reference, value: () => 5 },
    },
  },
])
beforeEach(() => {
  shop.override(() => undefined)
  shop.sent.length = 0
})
const paths = (answer: { errors?: readonly { path?: unknown }[] }) => answer.errors?.map(({ path }) => path)

describe('equal entities', () => {
  it('are fetched once, and each gets the answer', async () => {
    const answer = await shop.ours('{ orders { item { price maker { name } } } }')
    const item = { price: 1, maker: { name: 'M' } }
    expect(answer).toEqual({ data: { orders: [{ item }, { item }, { item }] } })
    const { variables } = JSON.parse(shop.sent[1]?.body ?? '')
    expect(variables.representations.map(({ id }: { id: string }) => id)).toEqual(['a', 'b'])
  })

  it('share the errors of the one that was fetched', async () => {
    const answer = await shop.ours('{ orders { item { name } } lists { name } }')
    expect(answer.data).toEqual({
      orders: [{ item: { name: null } }, { item: { name: 'name of b' } }, { item: { name: null } }],
      lists: [[{ name: null }, { name: 'name of b' }], [{ name: null }]],
    })
    expect(
      paths(answer)
        ?.map((path) => `${path}`)
        .sort(),
    ).toEqual(['lists,0,0,name', 'lists,1,0,name', 'orders,0,item,name', 'orders,2,item,name'])
  })
})

describe('an answer that violates the schema', () => {
  const answers = (data: Record<string, unknown>) =>
    shop.override((service) => (service === 'orders' ? { data, errors: [] } : undefined))

  it.each<[string, string, Record<string, unknown>, object, unknown[]]>([
    ['an enum value that clients may not see', '{ status }', { status: 'SECRET' }, { status: null }, ['status']],
    [
      'a type that clients may not see',
      '{ node { id } }',
      { node: { __typename: 'Hidden', id: 1 } },
      { node: null },
      ['node'],
    ],
    ['an unknown type', '{ node { id } }', { node: { __typename: 'Toaster', id: 1 } }, { node: null }, ['node']],
    [
      'a type that is not possible there',
      '{ node { id } }',
      { node: { __typename: 'Odd', id: 1 } },
      { node: null },
      ['node'],
    ],
    ['a list for an object', '{ odd { id } }', { odd: [] }, { odd: null }, ['odd']],
    ['text for a number', '{ float }', { float: '1' }, { float: null }, ['float']],
    [
      'an object in place of an inner list',
      '{ lists { id } }',
      { lists: [{ id: 'a' }] },
      { lists: null },
      ['lists', 0],
    ],
    [
      'a nested null',
      '{ lists { id } }',
      { lists: [[{ id: 'a' }, { id: null }], []] },
      { lists: null },
      ['lists', 0, 1, 'id'],
    ],
    ['a missing field', '{ orders { note } }', { orders: [{}] }, { orders: null }, ['orders', 0, 'note']],
  ])('%s is null, with one error', async (_, source, data, right, path) => {
    answers(data)
    const answer = await shop.ours(source)
    expect(answer.data).toEqual(right)
    expect(answer.errors).toMatchObject([{ path, extensions: { code: 'SUBGRAPH_INVALID_ANSWER' } }])
  })

  it('aliases may be names that every object inherits', async () => {
    const source = '{ __proto__: float constructor: odd { toString: id __proto__: value } }'
    answers({ ['__proto__']: 1.5, constructor: { __typename: 'Odd', toString: 'odd', id: 'odd' } })
    const answer = await shop.ours(source)
    expect(JSON.stringify(answer)).toBe('{"data":{"__proto__":1.5,"constructor":{"toString":"odd","__proto__":5}}}')
    answers({})
    expect(JSON.stringify(await shop.ours(source))).toBe('{"data":{"__proto__":null,"constructor":null}}')
  })

  it('a subgraph cannot change the prototypes of objects', async () => {
    const entity = '{"__proto__":{"price":9},"name":"x","maker":{"__proto__":{"name":"y"}}}'
    const data = JSON.parse(`{"_entities":[${entity},${entity}]}`)
    shop.override((service) => (service === 'items' ? { data, errors: [] } : undefined))
    const answer = await shop.ours('{ lists { maker { name } name } }')
    expect('price' in {}).toBe(false)
    const item = { maker: { name: null }, name: 'x' }
    expect(answer).toEqual({ data: { lists: [[item, item], [item]] } })
  })

  it('values of custom scalars are passed on unchanged', async () => {
    const answer = await shop.ours('{ orders { item { any } } }')
    const order = { item: { any: { deep: [1, 'x', null] } } }
    expect(answer).toEqual({ data: { orders: [order, order, order] } })
  })
})
