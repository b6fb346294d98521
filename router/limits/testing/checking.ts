import { expect } from '@jest/globals'
import { buildSchema, type GraphQLSchema, getOperationAST, parse, validate } from 'graphql'
import { fragmentsOf, normalForm } from '../../executor/selection/normal-form.ts'
import type { ListSizes } from '../../supergraph/list-sizes.ts'
import { createLimitCheck, type Limits } from '../check.ts'

/** The schema that limits are tried on, and the list sizes that it declares. */
export const schema = buildSchema(`
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
export const listSizes: ListSizes = new Map([
  ['Declared.top', { assumedSize: 100, slicingArguments: [], sizedFields: [] }],
  ['Declared.few', { assumedSize: 3, slicingArguments: ['count', 'most'], sizedFields: [] }],
  ['Declared.page', { assumedSize: 30, slicingArguments: ['count'], sizedFields: ['members'] }],
])
export const generous: Limits = {
  MAX_DEPTH: 100,
  MAX_FIELDS: 1_000,
  MAX_ALIASES: 100,
  MAX_ROOT_FIELDS: 100,
  MAX_MUTATION_FIELDS: 100,
  MAX_PAGE: 100,
  MAX_COST: 1_000_000,
}

/** The errors for an operation: of its size, or of its cost with some variables. */
export function checking(of: GraphQLSchema, query: string, limits: Limits, sizes = listSizes) {
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
export function told(query: string, limits: Partial<Limits>, variables: Record<string, unknown> = {}) {
  const check = checking(schema, query, { ...generous, ...limits })
  const first = check(variables)
  expect(check(variables)).toEqual(first) // what is remembered says the same
  return first.map(({ extensions: { limit, asked } }) => [limit, asked])
}
