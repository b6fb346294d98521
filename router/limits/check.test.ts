import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { buildSchema, type GraphQLSchema, getIntrospectionQuery, getOperationAST, parse, validate } from 'graphql'
import { DEFAULTS } from '../config.ts'
import { fragmentsOf, normalForm } from '../executor/selection/normal-form.ts'
import type { ListSizes } from '../supergraph/list-sizes.ts'
import { loadSupergraph } from '../supergraph/load.ts'
import { createLimitCheck, type Limits } from './check.ts'

const schema = buildSchema(`
  type Query { shelf: Shelf, books(first: Int = 20, after: ID): BookConnection, all: [Book!]!, latest(first: Int!): [Book] }
  type Mutation { add(title: String): Book }
  type Shelf { id: ID, books(first: Int = 20): BookConnection }
  type BookConnection { nodes: [Book!]!, edges: [Edge!]!, total: Int }
  type Edge { node: Book! }
  type Book { id: ID, title: String, shelf: Shelf, tags: [String!]! authors: [Author!] }
  type Author { name: String, books(first: Int = 20): BookConnection }
  extend type Query { search(any: [String], filter: Filter): [Book], ends(first: Int, last: Int): [Book] }
  input Filter { tags: [String], and: [Filter] }
  extend type Query { declared: Declared }
  type Declared { top: [Book], few(count: Int = 7, most: Int): [Book], page(count: Int): BookPage, search(any: [String]): Book }
  type BookPage { members: [Book], others: [Book] }
`)
const listSizes: ListSizes = new Map([
  ['Declared.top', { assumedSize: 100, slicingArguments: [], sizedFields: [] }],
  ['Declared.few', { assumedSize: 3, slicingArguments: ['count', 'most'], sizedFields: [] }],
  ['Declared.page', { assumedSize: 30, slicingArguments: ['count'], sizedFields: ['members'] }],
])
const generous: Limits = {
  MAX_DEPTH: 100,
  MAX_FIELDS: 1_000,
  MAX_ALIASES: 100,
  MAX_ROOT_FIELDS: 100,
  MAX_PAGE: 100,
  MAX_COST: 1_000_000,
}

/** The errors for an operation: of its size, or of its cost with some variables. */
function checking(of: GraphQLSchema, query: string, limits: Limits, sizes = listSizes) {
  const document = parse(query)
  expect(validate(of, document)).toEqual([])
  const node = getOperationAST(document)
  if (!node) throw new Error('There is no operation.')
  const check = createLimitCheck(of, limits, sizes)
  const errors = check.size(node, fragmentsOf(document))
  const operation = errors.length ? null : normalForm(of, node, fragmentsOf(document))
  return (variables: Record<string, unknown> = {}) => (operation ? check.cost(operation, variables) : errors)
}

/** What is told of an operation where only these limits are narrow: the limit and what was asked. */
function told(query: string, limits: Partial<Limits>, variables: Record<string, unknown> = {}) {
  const check = checking(schema, query, { ...generous, ...limits })
  const first = check(variables)
  expect(check(variables)).toEqual(first) // what is remembered says the same
  return first.map(({ extensions: { limit, asked } }) => [limit, asked])
}

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

describe('the values of inputs', () => {
  const tags = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`)
  const uses = (count: number) => Array.from({ length: count }, (_, n) => `s${n}: search(any: $tags) { id }`).join(' ')

  it.each<[string, Record<string, unknown>, number]>([
    // A list is a value, and so is each of its members.
    ['query ($tags: [String]) { search(any: $tags) { id } }', { tags: tags(8) }, 11],
    ['query ($tags: [String]) { search(any: $tags) { id } }', { tags: tags(9) }, 12],
    ['query ($tags: [String]) { search(any: $tags) { id } }', { tags: tags(999) }, 11 + 100],
    ['query ($tags: [String] = ["a" "b" "c" "d" "e" "f" "g" "h" "i"]) { search(any: $tags) { id } }', {}, 12],
    [`{ search(any: ${JSON.stringify(tags(99))}) { id } }`, {}, 11 + 10],
    ['query ($f: Filter) { search(filter: { and: [$f, $f] }) { id } }', { f: { tags: tags(47) } }, 11 + 10],
    [`query ($tags: [String]) { ${uses(3)} }`, { tags: tags(99) }, 3 * (11 + 10)],
    [
      'query ($tags: [String]) { declared { top { id } search(any: $tags) { id } } }',
      { tags: tags(99) },
      102 + 1 + 10 + 1,
    ],
    ['query ($tags: [String]) { search(any: $tags) { id } }', { tags: null }, 11],
  ])('ten at a place cost 1: %s', (query, variables, asked) => {
    expect(told(query, { MAX_COST: asked }, variables)).toEqual([])
    expect(told(query, { MAX_COST: asked - 1 }, variables)).toEqual([['MAX_COST', asked]])
  })

  it('of an order with 30 lines cost 10', () => {
    const lines = Array.from({ length: 30 }, (_, n) => ({ tags: [`item ${n}`] }))
    const query = 'query ($f: Filter) { search(filter: $f) { id } }'
    expect(told(query, { MAX_COST: 11 + 9 }, { f: { and: lines } })).toEqual([])
  })

  it('are what an error names when they are too many at the places where they are used', () => {
    const check = checking(
      schema,
      `query ($tags: [String], $x: String) { ${uses(48)} x: search(any: [$x]) { id } }`,
      DEFAULTS,
    )
    expect(check({ tags: tags(18), x: 'x' })).toEqual([])
    const [error] = check({ tags: tags(18_000), x: 'x' })
    expect(error?.extensions).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      limit: 'MAX_COST',
      allowed: 25_000,
      asked: 86_939,
    })
    expect(error?.message).toBe(
      'The operation may cost too much, mostly for its input values, which count wherever they are used ' +
        '(`$tags` has 18001): 86939, and 25000 at most.',
    )
  })

  it('are counted however deep they are nested, and once for all the places', () => {
    let reads = 0
    const list = new Proxy(tags(1_000), {
      get: (target, key) => {
        if (key === '500') reads += 1
        return Reflect.get(target, key)
      },
    })
    const check = checking(schema, `query ($tags: [String]) { ${uses(48)} }`, generous)
    expect(check({ tags: list })).toEqual([])
    expect(reads).toBe(1)
    let deep: unknown = []
    for (let n = 0; n < 100_000; n++) deep = [deep]
    expect(told(`query ($tags: [String]) { ${uses(1)} }`, { MAX_COST: 10_000 }, { tags: deep })).toEqual([
      ['MAX_COST', 10_011],
    ])
  })
})

describe('our own API', () => {
  it('has no list that stays uncounted', () => {
    const { clientSchema, listSizes } = loadSupergraph(readFileSync('schema/supergraph.graphql', 'utf8'))
    const refused = (query: string) =>
      checking(clientSchema, query, DEFAULTS, listSizes)().map(({ extensions }) => extensions)
    const orders = Array.from({ length: 20 }, (_, n) => `o${n}: orders(first: 10) { nodes { id } }`).join(' ')
    expect(refused(`{ me { stores { ${orders} } } }`)).toMatchObject([{ limit: 'MAX_COST', asked: 2 + 100 * 20 * 21 }])
    expect(refused('{ me { stores { orders(first: 10) { nodes { id } } } } }')).toEqual([])
  })
})

describe('introspection', () => {
  const schemas: [string, GraphQLSchema][] = [
    ['a small schema', schema],
    ['our own', loadSupergraph(readFileSync('schema/supergraph.graphql', 'utf8')).clientSchema],
  ]
  const everything = getIntrospectionQuery({
    ...{ descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true },
    ...{ schemaDescription: true, inputValueDeprecation: true, oneOf: true },
  })
  const refusedOf = (of: GraphQLSchema, query: string) => {
    return checking(of, query, DEFAULTS)().map(({ extensions }) => extensions.limit)
  }

  it.each(schemas)('by the standard query is within the limits, of %s', (_, of) => {
    for (const query of [getIntrospectionQuery(), everything, everything.replaceAll(/\s+/g, ' ')]) {
      expect(refusedOf(of, query)).toEqual([])
    }
    expect(refusedOf(of, '{ a: __type(name: "Query") { fields { name } } b: __schema { types { name } } }')).toEqual([])
    const one = 'query ($name: String!) { __type(name: $name) { fields { name type { name ofType { name } } } } }'
    expect(refusedOf(of, one)).toEqual([])
  })

  it.each(schemas)('whose answer grows beyond that is refused, of %s', (_, of) => {
    const inEachOther = (names: string[]): string => {
      const [name, ...below] = names
      return name ? ['a', 'b', 'c'].map((as) => `${as}: ${name} { ${inEachOther(below)} }`).join(' ') : 'name'
    }
    const product = inEachOther(['types', 'fields', 'type']).replaceAll('{ name }', '{ fields { name description } }')
    expect(refusedOf(of, `{ __schema { ${product} } }`)).toEqual(['MAX_COST'])
    const [root = '', ...fragments] = everything.split(/(?=fragment )/)
    const schemas = [1, 2, 3].map((n) =>
      root.slice(root.indexOf('__schema'), root.lastIndexOf('}')).replace(/^/, `s${n}: `),
    )
    expect(refusedOf(of, `{ ${schemas.join(' ')} } ${fragments.join(' ')}`)).toEqual(['MAX_COST'])
  })

  it('is counted in fields and aliases like all else, but not in depth', () => {
    const query =
      '{ __schema { a: types { ...t } b: types { ...t } } } fragment t on __Type { x: ofType { ofType { name } } }'
    expect(told(query, { MAX_DEPTH: 1, MAX_FIELDS: 9, MAX_ALIASES: 4 })).toEqual([])
    expect(told(query, { MAX_FIELDS: 8 })).toEqual([['MAX_FIELDS', 9]])
    expect(told(query, { MAX_ALIASES: 3 })).toEqual([['MAX_ALIASES', 4]])
  })

  it('of one type costs nothing more through a thousand fragments, which the normal form does not have', () => {
    const wrapped = `${'... { '.repeat(900)} name ${'}'.repeat(900)}`
    expect(refusedOf(schema, `{ __schema { types { fields { ${wrapped} } } } }`)).toEqual([])
  })

  it('by a variable counts as the introspection of each type', () => {
    const fields = '{ fields { name } }'
    expect(told(`{ __type(name: "Book") ${fields} }`, { MAX_COST: 500 })).toEqual([])
    const byVariable = told(`query ($n: String!) { __type(name: $n) ${fields} }`, { MAX_COST: 500 }, { n: 'Book' })
    expect(byVariable).toEqual([['MAX_COST', expect.any(Number)]])
  })
})
