import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { buildSchema, type GraphQLSchema, getIntrospectionQuery, getOperationAST, parse, validate } from 'graphql'
import { DEFAULTS } from '../config.ts'
import { fragmentsOf, normalForm } from '../executor/selection/normal-form.ts'
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
`)
const generous: Limits = {
  MAX_DEPTH: 100,
  MAX_FIELDS: 1_000,
  MAX_ALIASES: 100,
  MAX_ROOT_FIELDS: 100,
  MAX_PAGE: 100,
  MAX_COST: 1_000_000,
}

/** The errors for an operation: of its size, or of its cost with some variables. */
function checking(of: GraphQLSchema, query: string, limits: Limits) {
  const document = parse(query)
  expect(validate(of, document)).toEqual([])
  const node = getOperationAST(document)
  if (!node) throw new Error('There is no operation.')
  const check = createLimitCheck(of, limits)
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
