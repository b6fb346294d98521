import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { buildSchema } from 'graphql'
import { DEFAULTS } from '../config.ts'
import type { ListSizes } from '../supergraph/list-sizes.ts'
import { loadSupergraph } from '../supergraph/load.ts'
import { checking, generous, schema, told } from './testing/checking.ts'

describe('an operation beyond a limit', () => {
  it('has an error with the setting, what is allowed and what was asked', () => {
    const [error] = checking(schema, '{ shelf { id } }', { ...generous, MAX_DEPTH: 1 })()
    expect(error?.message).toBe('The operation is nested too deeply: 2, and 1 at most.')
    expect(error?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'MAX_DEPTH', allowed: 1, asked: 2 })
  })

  it.each([
    ['{ shelf { id } }', 2],
    ['{ shelf { ... { ... on Shelf { books { nodes { id } } } } } }', 4],
    ['{ ...a } fragment a on Query { shelf { ...b } } fragment b on Shelf { id books { total } }', 3],
  ])('depth of %s', (query, asked) => {
    expect(told(query, { MAX_DEPTH: asked })).toEqual([])
    expect(told(query, { MAX_DEPTH: asked - 1 })).toEqual([['MAX_DEPTH', asked]])
  })

  it.each([
    ['{ shelf { id } }', 2],
    ['{ a: shelf { id ...f } b: shelf { ...f } } fragment f on Shelf { x: id books { total } }', 9],
  ])('fields of %s', (query, asked) => {
    expect(told(query, { MAX_FIELDS: asked })).toEqual([])
    expect(told(query, { MAX_FIELDS: asked - 1 })).toEqual([['MAX_FIELDS', asked]])
  })

  it('aliases, also those of fragments wherever they are spread', () => {
    const query = '{ a: shelf { ...f } b: shelf { ...f } } fragment f on Shelf { x: id }'
    expect(told(query, { MAX_ALIASES: 4 })).toEqual([])
    expect(told(query, { MAX_ALIASES: 3 })).toEqual([['MAX_ALIASES', 4]])
  })

  it('root fields, however they are wrapped', () => {
    const query = 'mutation { a: add { id } ...m ... { c: add { id } } } fragment m on Mutation { b: add { id } }'
    expect(told(query, { MAX_ROOT_FIELDS: 3 })).toEqual([])
    expect(told(query, { MAX_ROOT_FIELDS: 2 })).toEqual([['MAX_ROOT_FIELDS', 3]])
  })

  it('commands of a mutation, fewer than the root fields of a query', () => {
    expect(told('mutation { a: add { id } b: add { id } }', { MAX_MUTATION_FIELDS: 2 })).toEqual([])
    expect(told('mutation { a: add { id } b: add { id } }', { MAX_MUTATION_FIELDS: 1 })).toEqual([
      ['MAX_MUTATION_FIELDS', 2],
    ])
    expect(told('{ a: shelf { id } b: shelf { id } }', { MAX_MUTATION_FIELDS: 1 })).toEqual([])
  })

  it('pages, by literal, variable and default', () => {
    expect(told('{ books(first: 101) { total } }', {})).toEqual([['MAX_PAGE', 101]])
    expect(told('query ($n: Int) { books(first: $n) { total } }', {}, { n: 101 })).toEqual([['MAX_PAGE', 101]])
    expect(told('query ($n: Int = 101) { books(first: $n) { total } }', {})).toEqual([['MAX_PAGE', 101]])
    expect(told('query ($n: Int = 101) { books(first: $n) { total } }', {}, { n: 100 })).toEqual([])
    expect(told('{ books { total } }', { MAX_PAGE: 19 })).toEqual([['MAX_PAGE', 20]])
  })

  it.each<[string, Record<string, unknown>, number]>([
    ['{ shelf { id } }', {}, 2],
    ['{ all { id title } }', {}, 1 + 10 * 2],
    ['{ books(first: 50) { nodes { id title } } }', {}, 1 + 50 * (1 + 2)],
    ['{ books { edges { node { tags } } } }', {}, 1 + 20 * (1 + 1 + 1)],
    ['query ($n: Int = 7) { latest(first: 5) { id } books(first: $n) { total } }', {}, 1 + 5 + 1 + 7],
    ['query ($n: Int) { books(first: $n) { nodes { id } } }', { n: 100 }, 1 + 100 * 2],
    ['query ($n: Int) { books(first: $n) { nodes { id } } }', { n: -5 }, 1],
    [
      '{ books(first: 100) { nodes { authors { books(first: 100) { nodes { id } } } } } }',
      {},
      1 + 100 * (1 + 1 + 10 * (1 + 100 * 2)),
    ],
    ['{ __typename }', {}, 0],
    ['{ shelf { __typename } }', {}, 1],
    ['{ all { __typename } }', {}, 1 + 10],
    ['{ all { __typename id } }', {}, 1 + 10],
    ['query ($n: Int) { books(first: $n) { nodes { __typename } } }', { n: 100 }, 1 + 100 * 2],
  ])('cost of %s with %j', (query, variables, asked) => {
    expect(told(query, { MAX_COST: asked }, variables)).toEqual([])
    if (asked > 0) expect(told(query, { MAX_COST: asked - 1 }, variables)).toEqual([['MAX_COST', asked]])
  })

  it('fragments in fragments, of which there are exponentially many ways, in no time', () => {
    const bomb = Array.from({ length: 60 }, (_, n) => `fragment f${n} on Shelf { ...f${n + 1} ... { ...f${n + 1} } }`)
    const query = `{ shelf { ...f0 } } ${bomb.join(' ')} fragment f60 on Shelf { id }`
    for (const limits of [generous, { ...generous, MAX_FIELDS: 2 ** 70 }]) {
      expect(checking(schema, query, limits)()[0]?.extensions).toMatchObject({ limit: 'MAX_FIELDS' })
    }
  })
})

describe('a list whose size the supergraph declares', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['{ declared { top { id } } }', {}, 2 + 100],
    ['{ declared { few { id } } }', {}, 2 + 7],
    ['{ declared { few(count: 5) { id } } }', {}, 2 + 5],
    ['{ declared { few(count: 5, most: 9) { id } } }', {}, 2 + 9],
    ['query ($n: Int) { declared { few(count: 5, most: $n) { id } } }', { n: 8 }, 2 + 8],
    ['query ($n: Int) { declared { few(count: 5, most: $n) { id } } }', {}, 2 + 5],
    ['{ declared { page { members { id } } } }', {}, 2 + 30 * 2],
    ['query ($n: Int) { declared { page(count: $n) { members { id } } } }', { n: 4 }, 2 + 4 * 2],
    ['{ declared { page(count: 4) { others { id } } } }', {}, 2 + 4 * (1 + 10)],
  ])('cost of %s with %j', (query, variables, asked) => {
    expect(told(query, { MAX_COST: asked }, variables)).toEqual([])
    expect(told(query, { MAX_COST: asked - 1 }, variables)).toEqual([['MAX_COST', asked]])
  })

  it('is a page whose arguments are limited', () => {
    expect(told('{ declared { page(count: 101) { members { id } } } }', {})).toEqual([['MAX_PAGE', 101]])
    expect(told('{ declared { few(count: 1, most: 101) { id } } }', {})).toEqual([['MAX_PAGE', 101]])
  })
})

describe('a list of unknown length', () => {
  it.each([
    ['{ all { authors { name } } }', 1 + 10 * (1 + 5)],
    ['{ all { shelf { books { nodes { authors { name } } } } } }', 1 + 10 * (1 + 1 + 20 * (1 + 1 + 5))],
    ['{ books { nodes { tags authors { name } } } }', 1 + 20 * (1 + 1 + 1 + 10)],
    ['{ latest(first: 5) { authors { name } } }', 1 + 5 * (1 + 10)],
  ])('counts as 10, and inside another one as 5: %s', (query, asked) => {
    expect(told(query, { MAX_COST: asked }, {})).toEqual([])
    expect(told(query, { MAX_COST: asked - 1 }, {})).toEqual([['MAX_COST', asked]])
  })

  const shop = buildSchema(`
    type Query { users: [User], topProducts(first: Int = 5): [Product] }
    type User { id: ID, username: String, name: String, reviews: [Review] }
    type Review { id: ID, body: String, product: Product, author: User }
    type Product { inStock: Boolean, name: String, price: Int, shippingEstimate: Int, upc: ID, weight: Int, reviews: [Review] }
  `)
  const leaves = 'inStock name price shippingEstimate upc weight'
  const user = (below: string) => `{ id username name reviews { id body ${below} } }`
  const product = (below: string) => `product { ${leaves} ${below} }`
  const deep = product(`reviews { id body author ${user(product(''))} }`)
  const top = `${leaves} reviews { id body author ${user(product(''))} }`
  const refused = (query: string) => checking(shop, query, DEFAULTS)().map(({ extensions }) => extensions.limit)

  it('may be nested as in the public benchmark of federation', () => {
    const query = `{ users ${user(deep)} topProducts { ${top} } }`
    expect(refused(query)).toEqual([])
    const [error] = checking(shop, query, { ...DEFAULTS, MAX_COST: 1 })()
    expect(error?.extensions.asked).toBe(16_177)
  })

  it('is refused when it is nested further', () => {
    const deeper = product(`reviews { id author { reviews { id ${product('reviews { id body author { name } }')} } } }`)
    expect(refused(`{ users ${user(deeper)} }`)).toEqual(['MAX_COST'])
    const many = ['a', 'b', 'c'].map((name) => `${name}: users ${user(deep)}`)
    expect(refused(`{ ${many.join(' ')} }`)).toEqual(['MAX_COST'])
  })
})

it('both arguments of a page count, whichever is larger', () => {
  expect(told('{ ends(last: 101) { id } }', {})).toEqual([['MAX_PAGE', 101]])
  expect(told('query ($n: Int) { ends(first: 1, last: $n) { id } }', { MAX_COST: 50 }, { n: 50 })).toEqual([
    ['MAX_COST', 51],
  ])
})

describe('a list of nodes', () => {
  const shop = buildSchema(`
    interface Node { id: ID! }
    type Query { node(id: ID!): Node, nodes(ids: [ID!]!): [Node]! }
  `)
  const declared: ListSizes = new Map([
    ['Query.node', { assumedSize: 1, slicingArguments: [], sizedFields: [], isNode: true }],
    ['Query.nodes', { assumedSize: 1, slicingArguments: ['ids'], sizedFields: [], isNode: true }],
  ])
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `n${n}`)
  const asked = (query: string, limits: object, variables = {}) =>
    checking(shop, query, { ...generous, ...limits }, declared)(variables).map(({ extensions }) => extensions.asked)

  it.each<[string, Record<string, unknown>, number]>([
    ['{ node(id: 1) { __typename } }', {}, 1 + 1],
    ['{ node(id: 1) { id } }', {}, 1 + 2],
    ['{ nodes(ids: [1, 2, 3]) { id } }', {}, 1 + 3 * 2],
    ['{ nodes(ids: 1) { id } }', {}, 1 + 2],
    ['query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }', { ids: ids(5) }, 1 + 5],
    ['query ($ids: [ID!]! = [1, 2]) { nodes(ids: $ids) { id } }', {}, 1 + 2 * 2],
    ['query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: 'one' }, 1 + 2],
  ])('costs a field and a fetch for each id: %s with %j', (query, variables, cost) => {
    expect(asked(query, { MAX_COST: cost }, variables)).toEqual([])
    expect(asked(query, { MAX_COST: cost - 1 }, variables)).toEqual([cost])
  })

  it('is a page whose length is limited', () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
    expect(asked(query, {}, { ids: ids(100) })).toEqual([])
    expect(asked(query, {}, { ids: ids(101) })).toEqual([101])
    expect(asked(`{ nodes(ids: ${JSON.stringify(ids(101))}) { id } }`, {})).toEqual([101])
  })
})

describe('our own API', () => {
  it('has no more nodes at once than a page', () => {
    const { clientSchema, listSizes } = loadSupergraph(readFileSync('schema/supergraph.graphql', 'utf8'))
    const ids = Array.from({ length: 101 }, (_, n) => `${n}`)
    const check = checking(clientSchema, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', DEFAULTS, listSizes)
    expect(check({ ids }).map(({ message }) => message)).toEqual([
      'The page asked for by `ids` of Query.nodes is too long: 101, and 100 at most.',
    ])
  })

  it('has no list that stays uncounted', () => {
    const { clientSchema, listSizes } = loadSupergraph(readFileSync('schema/supergraph.graphql', 'utf8'))
    const refused = (query: string) =>
      checking(clientSchema, query, DEFAULTS, listSizes)().map(({ extensions }) => extensions)
    const orders = Array.from({ length: 20 }, (_, n) => `o${n}: orders(first: 10) { nodes { id } }`).join(' ')
    expect(refused(`{ me { stores { ${orders} } } }`)).toMatchObject([{ limit: 'MAX_COST', asked: 2 + 100 * 20 * 21 }])
    expect(refused('{ me { stores { orders(first: 10) { nodes { id } } } } }')).toEqual([])
  })
})
