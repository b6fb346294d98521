import type { SubgraphDefinition } from './subgraph.ts'

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@requires", "@interfaceObject", "@authenticated", { name: "@requiresScopes", as: "@scopes" }, "@policy"])`

const users = [
  { id: 'u1', name: 'Ann', email: 'a@x', phone: '1', pin: 7 },
  { id: 'u2', name: null, email: 'b@x', phone: '2', pin: null },
]
const book = { __typename: 'Book', id: 'b1', label: 'Emma', pages: 3, owner: users[0] }
const note = { __typename: 'Note', id: 'n1', label: 'Buy milk', owner: users[1] }
const vault = { __typename: 'Vault', id: 'v1', label: 'Gold', code: 9, owner: users[0] }
const things = [book, vault, note, { ...book, id: 'b2', owner: null }]
const films = [
  { __typename: 'Film', id: 'f1', title: 'M', minutes: 117 },
  { __typename: 'Series', id: 's1', title: 'Heimat', seasons: 3 },
]
let bumps = 0

const people: SubgraphDefinition = {
  name: 'people',
  typeDefs: `${link}
    type Query {
      open: String
      me: User @authenticated
      must: String! @authenticated
      users(first: Int): [User!]!
      grid: [[User]!]
      things: [Thing!]
      owned: Owned
      found: [Found]
      vault: Vault
      product: Product
      media: [Media!]
      level: Level
      levels: [Level!]!
      stamp: Stamp
      byRole(text: String): String @policy(policies: [["role:A"], ["role:B", "role:C"]])
      byScope: String @scopes(scopes: [["x", "y"], ["z"]])
      byAll: String @authenticated @scopes(scopes: [["x"]]) @policy(policies: [["role:A"]])
    }
    type Mutation { bump: Int!, wipe: Int @policy(policies: [["role:ADMIN"]]), drop: Box! @authenticated, keep: Box! }
    type Subscription { ticks: Int, secretTicks: Int @policy(policies: [["role:A"]]) }
    type Box { bumps: Int!, secret: Int @authenticated }
    interface Owned { owner: User }
    interface Thing { id: ID!, label: String, owner: User }
    type Book implements Thing & Owned { id: ID!, label: String, owner: User, pages: Int! }
    type Note implements Thing { id: ID!, label: String @scopes(scopes: [["notes"]]), owner: User }
    type Vault implements Thing @policy(policies: [["role:ADMIN"]]) { id: ID!, label: String!, owner: User, code: Int }
    union Found = Book | Note | Vault | User
    type User @key(fields: "id") {
      id: ID!
      name: String
      email: String @authenticated
      phone: String! @scopes(scopes: [["phone"]])
      pin: Pin
      friends: [User!]
    }
    type Product @key(fields: "id") { id: ID! @authenticated, name: String }
    interface Media @key(fields: "id") { id: ID!, title: String }
    type Film implements Media @key(fields: "id") { id: ID!, title: String, minutes: Int }
    type Series implements Media @key(fields: "id") { id: ID!, title: String, seasons: Int @authenticated }
    enum Level @scopes(scopes: [["levels"]]) { LOW HIGH }
    scalar Stamp @authenticated
    scalar Pin @policy(policies: [["role:ADMIN"]])`,
  resolvers: {
    Query: {
      open: () => 'yes',
      me: () => users[0],
      must: () => 'must',
      users: (_: unknown, { first }: { first?: number }) => users.slice(0, first ?? 9),
      grid: () => [users, [null, users[1]], []],
      things: () => things,
      owned: () => book,
      found: () => [...things, users[1], null].map((it) => (it && 'email' in it ? { ...it, __typename: 'User' } : it)),
      vault: () => vault,
      product: () => ({ id: 'p1', name: 'Soap' }),
      media: () => films,
      level: () => 'HIGH',
      levels: () => ['LOW', 'HIGH'],
      stamp: () => 'now',
      byRole: (_: unknown, { text }: { text?: string }) => text ?? 'role',
      byScope: () => 'scope',
      byAll: () => 'all',
    },
    Mutation: {
      bump: () => ++bumps,
      wipe: () => {
        bumps = 0
        return 0
      },
      drop: () => ({ bumps: --bumps, secret: 1 }),
      keep: () => ({ bumps, secret: 1 }),
    },
    User: {
      __resolveReference: async ({ id }: { id: string }) => users.find((user) => user.id === id),
      friends: ({ id }: { id: string }) => users.filter((user) => user.id !== id),
    },
    Product: { __resolveReference: async ({ id }: { id: string }) => ({ id, name: 'Soap' }) },
    Media: { __resolveReference: async ({ id }: { id: string }) => films.find((film) => film.id === id) },
    Film: { __resolveReference: async ({ id }: { id: string }) => films.find((film) => film.id === id) },
    Series: { __resolveReference: async ({ id }: { id: string }) => films.find((film) => film.id === id) },
  },
}

const extras: SubgraphDefinition = {
  name: 'extras',
  typeDefs: `${link}
    type Query { best: [Media!] }
    type User @key(fields: "id") {
      id: ID!
      email: String @external
      greeting: String @requires(fields: "email") @authenticated
      score: Int @policy(policies: [["role:A"]])
      rank: Int! @policy(policies: [["role:ADMIN"]])
      rival: User
    }
    type Product @key(fields: "id") { id: ID! @authenticated, inStock: Boolean! }
    type Media @key(fields: "id") @interfaceObject { id: ID!, stars: Int @authenticated, likes: Int! }`,
  resolvers: {
    Query: { best: () => [{ id: 's1' }] },
    User: {
      __resolveReference: async (user: object) => user,
      greeting: ({ email }: { email?: string }) => `Dear ${email}`,
      score: () => 4,
      rank: () => 1,
      rival: ({ id }: { id: string }) => ({ id: id === 'u1' ? 'u2' : 'u1' }),
    },
    Product: { __resolveReference: async (product: object) => product, inStock: () => true },
    Media: { __resolveReference: async (media: object) => media, stars: () => 5, likes: () => 12 },
  },
}

/** Two subgraphs with every authorization directive in every place where Federation allows one. */
export const guarded = [people, extras]
