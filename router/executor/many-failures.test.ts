import { beforeEach, describe, expect, it } from '@jest/globals'
import { MAX_ERRORS } from './answer/error-collector.ts'
import { type Answer, bothExecutors, LINK, reference } from './testing/both-executors.ts'

/** Linear work on so many takes about a second; work that grows with the square takes three minutes. */
const MANY = 50_000
/** Real time limit: quadratic work is what these tests are to find. */
const LIMIT_MS = 100_000
/** Jest's timeout can only fire if the code under test yields to the event loop for a whole turn. */
const inTime = async <Answer>(answer: Promise<Answer>) => {
  const answered = await answer
  for (const _ of ['this turn', 'the next']) await new Promise(setImmediate)
  return answered
}

const shop = bothExecutors([
  {
    name: 'orders',
    typeDefs: `${LINK}
      type Query { orders: [Order!], lists: [[Item]], items: [Item] }
      type Order { id: ID!, note: String, item: Item }
      type Item @key(fields: "id") { id: ID! }`,
    resolvers: {},
  },
  {
    name: 'items',
    typeDefs: `${LINK}
      type Item @key(fields: "id") { id: ID!, name: String, price: Int!, maker: Maker, size: Int }
      type Maker { name: String! }`,
    resolvers: { Item: reference },
  },
  {
    name: 'stock',
    typeDefs: `${LINK}
      type Item @key(fields: "id") { id: ID!, size: Int @external, postage: Int @requires(fields: "size") }`,
    resolvers: { Item: reference },
  },
])
beforeEach(() => shop.override(() => undefined))

const times = <Value>(count: number, make: (index: number) => Value) => Array.from({ length: count }, (_, i) => make(i))
const item = (id: number) => ({ __typename: 'Item', id: `${id}` })

type Asked = { count: number }
/** Orders of `distinct` items, for which `items` answers instead of its service. */
function orders(count: number, distinct: number, items: (asked: Asked) => Answer) {
  shop.override((service, { variables }) => {
    if (service === 'orders') {
      const all = times(count, (n) => item(n % distinct))
      const data = { orders: all.map((item) => ({ id: '1', item })), items: all, lists: [all.slice(9), all] }
      return { data, errors: [] }
    }
    const { representations } = variables as { representations: unknown[] } // only entities are asked of them
    return items({ count: representations.length })
  })
}
const DOWN = (): Answer => ({ failure: 'unavailable', cause: 'down' })
const anErrorEach = ({ count }: Asked): Answer => ({
  data: { _entities: Array(count).fill(null) },
  errors: times(count, (n) => ({ message: `No ${n}.`, path: ['_entities', n], code: undefined })),
})
const errorsInside = ({ count }: Asked): Answer => ({
  data: { _entities: times(count, () => ({ name: null, price: null, maker: { name: null } })) },
  errors: times(count, (n) => ({ message: `No ${n}.`, path: ['_entities', n, 'name'], code: undefined })),
})
const strings = ({ count }: Asked): Answer => ({ data: { _entities: Array(count).fill('x') }, errors: [] })
const nothing = ({ count }: Asked): Answer => ({ data: { _entities: Array(count).fill({}) }, errors: [] })

/** The number of errors, the paths of the first and the last, and whether MORE_ERRORS follows. */
function summary(answer: Awaited<ReturnType<typeof shop.ours>>) {
  const errors = answer.errors ?? []
  const more = errors.at(-1)?.extensions?.code === 'MORE_ERRORS'
  const reported = more ? errors.slice(0, -1) : errors
  return [reported.length, reported[0]?.path?.join('.'), reported.at(-1)?.path?.join('.'), more]
}

describe(`of ${MANY} entities that fail`, () => {
  const last = MAX_ERRORS - 1
  it.each<[string, string, number, (asked: Asked) => Answer, object, unknown[]]>([
    ['the fetch fails', '{ orders { item { name } } }', MANY, DOWN, { item: { name: null } }, ['item.name']],
    ['the fetch of equal ones fails', '{ orders { item { name } } }', 9, DOWN, { item: { name: null } }, ['item.name']],
    ['each has an error', '{ orders { item { name } } }', MANY, anErrorEach, { item: { name: null } }, ['item']],
    ['equal ones have an error each', '{ orders { item { name } } }', 9, errorsInside, { item: { name: null } }, []],
    ['each non-null field has an error', '{ orders { item { price } } }', MANY, errorsInside, { item: null }, []],
    ['each is invalid', '{ orders { item { name } } }', MANY, strings, { item: { name: null } }, ['item']],
    ['each lacks a non-null field', '{ orders { item { price } } }', MANY, nothing, { item: null }, ['item.price']],
    [
      'another fetch required it',
      '{ orders { item { postage } } }',
      MANY,
      DOWN,
      { item: { postage: null } },
      ['item.postage'],
    ],
  ])(
    '%s: each is null, and the first errors are reported',
    async (_, source, distinct, items, each, [where]) => {
      orders(MANY, distinct, items)
      const answer = await inTime(shop.ours(source))
      const list = answer.data?.orders as object[] // the query selects a list
      expect(list).toHaveLength(MANY)
      for (const at of [0, last + 1, MANY - 1]) expect(list[at]).toEqual(each)
      const [count, first, later, more] = summary(answer)
      expect([count, more]).toEqual([MAX_ERRORS, true])
      expect(first).toMatch(/^orders\.0\./)
      if (where) expect([first, later]).toEqual([`orders.0.${where}`, `orders.${last}.${where}`])
    },
    LIMIT_MS, // real time: see there
  )

  it(
    'the limit also holds in nested lists',
    async () => {
      orders(MANY, MANY, anErrorEach)
      const answer = await inTime(shop.ours('{ lists { name } items { name } }'))
      expect(answer.data).toMatchObject({ lists: [{ length: MANY - 9 }, { length: MANY }], items: { length: MANY } })
      expect(summary(answer)[0]).toBe(MAX_ERRORS)
    },
    LIMIT_MS, // real time: see there
  )

  it(
    'the limit also holds in the fallback',
    async () => {
      orders(MANY, MANY, anErrorEach)
      const answer = await inTime(shop.theirs('{ orders { item { name } } }'))
      expect(answer.data?.orders).toHaveLength(MANY)
      expect(summary(answer)).toEqual([MAX_ERRORS, 'orders', 'orders', true])
    },
    LIMIT_MS, // real time: see there
  )
})

it('MORE_ERRORS is reported only if there were more', async () => {
  const summaryFor = async (count: number) => {
    orders(count, count, errorsInside)
    return summary(await shop.ours('{ orders { item { name } } }'))
  }
  const last = `orders.${MAX_ERRORS - 1}.item.name`
  expect(await summaryFor(MAX_ERRORS)).toEqual([MAX_ERRORS, 'orders.0.item.name', last, false])
  expect(await summaryFor(MAX_ERRORS + 1)).toEqual([MAX_ERRORS, 'orders.0.item.name', last, true])
})

it('a null that an error explains is not reported again', async () => {
  orders(3, 3, errorsInside)
  const { errors } = await shop.ours('{ orders { item { name maker { name } } } }')
  expect(errors?.map(({ path }) => path?.join('.'))).toEqual([
    ...times(3, (n) => `orders.${n}.item.name`),
    ...times(3, (n) => `orders.${n}.item.maker.name`),
  ])
})
