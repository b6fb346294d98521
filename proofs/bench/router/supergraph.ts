import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'

const SUBGRAPHS = {
  catalog: `${LINK}
    type Query { top(first: Int!): [Product!]  sections: [Section!]  search(text: String!, kind: Kind): [Found!] }
    enum Kind { PRODUCT SHOP }
    union Found = Product | Shop
    type Section { title: String! products: [Product!]! }
    type Product @key(fields: "id") { id: ID! name: String! price: Price! tags: [Tag!]! }
    type Price { amount: Int! currency: String! }
    type Tag { label: String! weight: Float }
    type Shop @key(fields: "id") { id: ID! }`,
  shops: `${LINK}
    type Product @key(fields: "id") { id: ID! seller: Shop }
    type Shop @key(fields: "id") { id: ID! name: String! }`,
  stock: `${LINK}
    type Product @key(fields: "id") { id: ID! available: Int }`,
}

/** The supergraph for all routers of the bench; its three subgraphs are paths of one process. */
export function benchSupergraph(subgraphsPort: number): string {
  const services = Object.entries(SUBGRAPHS).map(([name, typeDefs]) => ({
    name,
    url: `http://127.0.0.1:${subgraphsPort}/${name}`,
    typeDefs: parse(typeDefs),
  }))
  const composed = composeServices(services)
  if (composed.errors) throw new Error(composed.errors.map(({ message }) => message).join('\n'))
  return composed.supergraphSdl
}

export type Operation = { query: string; variables?: Record<string, unknown> }

/** The measured operations. The bench checks that all contenders return the same data. */
export const OPERATIONS: Record<string, Operation> = {
  'one fetch': { query: '{ top(first: 10) { id name price { amount currency } } }' },
  'three joined over 10': {
    query: '{ top(first: 10) { id name price { amount currency } seller { id name } available } }',
  },
  'deep list of 100': {
    query: '{ sections { title products { id name price { amount currency } tags { label weight } } } }',
  },
  'variables, abstract types': {
    query: `query ($text: String!, $kind: Kind = PRODUCT) { search(text: $text, kind: $kind) { __typename
      ... on Product { id name available } ... on Shop { id name } } }`,
    variables: { text: 'rose' },
  },
}
/** An operation that is new to the router: its name and its alias are unique. */
export const coldOperation = (n: number): Operation => ({
  query: `query Cold${n} { top(first: 10) { id a${n}: name price { amount currency } seller { id name } available } }`,
})
