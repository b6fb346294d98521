import type { SubgraphDefinition } from './subgraph.ts'

const link = (names: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [${names}])`

/** The SDL that live fields need; `fields` are those of Subscription. */
export const liveSdl = (fields: string) => `
  ${link('"@key", "@composeDirective", "@inaccessible", "@authenticated"')}
  @link(url: "https://specs.example.com/live/v1.0", import: ["@live"])
  @composeDirective(name: "@live")
  directive @live(subjects: [String!]!) on FIELD_DEFINITION
  enum UpdateKind { SNAPSHOT CHANGE GAP }
  scalar LiveCursor
  type Subscription { ${fields} }`

const lots = liveSdl(`
    lotUpdated(lotId: ID, after: LiveCursor): LotUpdate @live(subjects: ["live.lots.{claims.sub}.{args.lotId}"])
    anyLotUpdated(after: LiveCursor): LotUpdate @authenticated @live(subjects: ["live.lots.*.*"])
    clock: Int`)

const auctions: SubgraphDefinition = {
  name: 'auctions',
  typeDefs: `${lots}
    type Query { lot(id: ID!): Lot }
    type LotUpdate { kind: UpdateKind!, cursor: LiveCursor!, lot: Lot, note: String, valueOf: String }
    type Lot @key(fields: "id") {
      id: ID!, title: String!, state: LotState!, price: Int, share: Float, open: Boolean, tags: [[String!]!], extra: Json
      bids: [Bid!]!, bid(nth: Int!): Bid, seller: Person, thing: Thing, named: Named, views: Int!
      reserve: Int @authenticated, shelf: String @inaccessible
    }
    scalar Json
    enum LotState { OPEN SOLD HIDDEN @inaccessible }
    type Bid { by: String!, amount: Int!, on: Vase, failing: String }
    type Person @key(fields: "id") { id: ID! }
    union Thing = Painting | Vase
    interface Named { name: String!, past(nth: Int): Bid }
    type Painting implements Named { name: String!, past(nth: Int): Bid, painter: String }
    type Vase implements Named @key(fields: "id") { id: ID!, name: String!, past(nth: Int): Bid, height(unit: String): Float }`,
  resolvers: {
    Lot: {
      __resolveReference: async ({ id }: { id: string }) =>
        id === 'gone' ? null : { id, views: 7, bids: [{ by: 'now', amount: 9 }] },
      bid: (_: unknown, { nth }: { nth: number }) => {
        if (nth < 0) throw new Error('There is no such bid.')
        return { by: `bidder ${nth}`, amount: nth }
      },
      title: () => 'fetched',
      reserve: () => 5,
    },
    Bid: {
      failing: () => {
        throw new Error('This field always fails.')
      },
    },
    Vase: {
      past: (_: unknown, { nth }: { nth: number }) => ({ by: 'long ago', amount: nth }),
      __resolveReference: async ({ id }: { id: string }) => ({ id, name: `vase ${id}` }),
      height: ({ id }: { id: string }, { unit }: { unit: string }) => (unit === 'cm' ? 100 : 1) * Number(id),
    },
  },
}

const people: SubgraphDefinition = {
  name: 'people',
  typeDefs: `${link('"@key"')}
    type Query { me: Person }
    type Person @key(fields: "id") { id: ID!, name: String, rating: Float! }`,
  resolvers: {
    Person: {
      __resolveReference: async ({ id }: { id: string }) => ({ id, name: `Person ${id}`, rating: 4.5 }),
    },
  },
}

/** Two subgraphs; the lots of the first are live, and have fields that its messages lack. */
export const auction = [auctions, people]
