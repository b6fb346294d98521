import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { compose, startTestRouter } from '../testing/router.ts'
import { UnusableSupergraph } from './load.ts'

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@requires", "@external"])'
const ROOTS = 'schema { query: RootQuery mutation: Changes }'
const products = [
  { id: 'p1', name: 'vase', price: 5 },
  { id: 'p2', name: 'bowl', price: 50 },
]
const subgraphs = [
  {
    name: 'shop',
    typeDefs: `${LINK} ${ROOTS}
      type RootQuery { products: [Product!]!, product(id: ID!): Product, viewer: Viewer! }
      type Changes { rename(id: ID!, name: String!): Product! }
      type Viewer { name: String, query: RootQuery! }
      type Product @key(fields: "id") { id: ID!, name: String!, price: Int! }`,
    resolvers: {
      RootQuery: {
        products: () => products,
        product: (_: unknown, { id }: { id: string }) => products.find((one) => one.id === id),
        viewer: () => ({ name: 'ann', query: {} }),
      },
      Changes: { rename: (_: unknown, change: { id: string }) => ({ price: 1, ...change }) },
      Product: { __resolveReference: ({ id }: { id: string }) => products.find((one) => one.id === id) },
    },
  },
  {
    name: 'advice',
    typeDefs: `${LINK} ${ROOTS}
      type RootQuery { best: Product! }
      type Changes { like: Int! }
      type Product @key(fields: "id") { id: ID!, price: Int! @external, isDear: Boolean! @requires(fields: "price") }`,
    resolvers: {
      RootQuery: { best: () => ({ id: 'p2' }) },
      Changes: { like: () => 7 },
      Product: { isDear: ({ price }: { price: number }) => price > 10 },
    },
  },
]

let router: Awaited<ReturnType<typeof startTestRouter>>
let renamed: string
beforeAll(async () => {
  router = await startTestRouter(subgraphs)
  // Composition gives root types their default names; other composers keep the subgraphs' names.
  const composed = compose(subgraphs.map(({ name }) => router.subgraph(name)))
  renamed = composed.replaceAll(/\bQuery\b/g, 'RootQuery').replaceAll(/\bMutation\b/g, 'Changes')
  expect(renamed).toMatch(/query: RootQuery\s+mutation: Changes/)
  router.reload(renamed)
})
afterAll(() => router.close())

describe('a supergraph whose root types have other names', () => {
  it.each<[string, object]>([
    [
      '{ products { id name isDear } }',
      {
        products: [
          { id: 'p1', name: 'vase', isDear: false },
          { id: 'p2', name: 'bowl', isDear: true },
        ],
      },
    ],
    [
      '{ best { name isDear } product(id: "p1") { price } }',
      { best: { name: 'bowl', isDear: true }, product: { price: 5 } },
    ],
    [
      'mutation { rename(id: "p1", name: "jug") { name isDear } like }',
      { rename: { name: 'jug', isDear: false }, like: 7 },
    ],
    [
      '{ __typename ...F } fragment F on RootQuery { a: best { id } ... on RootQuery { b: best { id } } }',
      { __typename: 'RootQuery', a: { id: 'p2' }, b: { id: 'p2' } },
    ],
    ['mutation { __typename like }', { __typename: 'Changes', like: 7 }],
    [
      '{ viewer { name query { __typename best { name } product(id: "p1") { name } } } }',
      {
        viewer: { name: 'ann', query: { __typename: 'RootQuery', best: { name: 'bowl' }, product: { name: 'vase' } } },
      },
    ],
    [
      '{ __schema { queryType { name } mutationType { name } } __type(name: "Query") { name } }',
      { __schema: { queryType: { name: 'RootQuery' }, mutationType: { name: 'Changes' } }, __type: null },
    ],
  ])('answers %s', async (query, data) => {
    expect(await router.query(query)).toEqual({ data })
  })

  it('is refused if another type has the default name', () => {
    const confusing = `${renamed}\ntype Query @join__type(graph: SHOP) { odd: Int @join__field(graph: SHOP) }\n`
    expect(() => router.reload(confusing)).toThrow(UnusableSupergraph)
  })
})
