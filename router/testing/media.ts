import type { SubgraphDefinition } from './subgraph.ts'

const link = (names: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [${names}])`
const shows = [
  { __typename: 'Series', id: 's1', title: 'Heimat', seasons: 3 },
  { __typename: 'Movie', id: 'm1', title: 'M', minutes: 117 },
]

const shop: SubgraphDefinition = {
  name: 'shows',
  typeDefs: `${link('"@key", "@override", "@provides", "@external"')}
    schema { query: Root, mutation: Change }
    type Root { shows(kind: Kind): [Show!]!, shelves: [[Show!]!]!, byId(ids: [ID!]!): [Show] }
    type Change { rename(id: ID!, title: String!): Renamed! }
    type Renamed { show: Show, query: Root }
    enum Kind { SERIES MOVIE }
    interface Show @key(fields: "id") { id: ID!, title: String }
    type Series implements Show @key(fields: "id") { id: ID!, title: String, seasons: Int, owner: Owner @provides(fields: "name") }
    type Movie implements Show @key(fields: "id") { id: ID!, title: String, minutes: Int }
    type Owner @key(fields: "id") { id: ID!, name: String @external, since: Int @override(from: "ratings") }`,
  resolvers: {
    Root: {
      shows: (_: unknown, { kind }: { kind?: string }) =>
        shows.filter((show) => !kind || show.__typename.toUpperCase() === kind),
      shelves: () => [[shows[0]], [], shows],
      byId: (_: unknown, { ids }: { ids: string[] }) => ids.map((id) => shows.find((show) => show.id === id) ?? null),
    },
    Change: {
      rename: (_: unknown, { id, title }: Record<string, string>) => ({ show: { ...shows[0], id, title }, query: {} }),
    },
    Series: {
      __resolveReference: async ({ id }: { id: string }) => shows.find((show) => show.id === id),
      owner: () => ({ id: 'o1', name: 'provided' }),
    },
    Owner: { __resolveReference: async (owner: object) => owner, since: () => 2 },
    Movie: { __resolveReference: async ({ id }: { id: string }) => shows.find((show) => show.id === id) },
    Show: { __resolveReference: async ({ id }: { id: string }) => shows.find((show) => show.id === id) },
  },
}

const ratings: SubgraphDefinition = {
  name: 'ratings',
  typeDefs: `${link('"@key", "@interfaceObject", "@shareable"')}
    type Query { best: [Show!] }
    type Show @key(fields: "id") @interfaceObject { id: ID!, stars(outOf: Int = 5): Float, tags: [[String!]!] }
    type Owner @key(fields: "id") { id: ID!, name: String @shareable, city: String, since: Int }`,
  resolvers: {
    Query: { best: () => [{ id: 'm1' }] },
    Show: {
      __resolveReference: async ({ id }: { id: string }) => ({ id }),
      stars: (_: unknown, { outOf }: { outOf: number }) => outOf * 0.8,
      tags: () => [['a'], []],
    },
    Owner: {
      __resolveReference: async ({ id }: { id: string }) => ({ id, name: 'fetched' }),
      city: () => 'Kehl',
      since: () => 1,
    },
  },
}

/** Two subgraphs that use the rarer features of Federation 2. */
export const media = [shop, ratings]
