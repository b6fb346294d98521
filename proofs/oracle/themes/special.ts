import { exactNumber } from '../../../chassis/exact-json.ts'
import type { Definition } from '../definition.ts'

/** Contexts, mutations, cycles, conditions, and all kinds of values. */
export const special: Definition[] = [
  {
    name: '@context',
    subgraphs: {
      a: `
        type Query { tenants: [Tenant], tenant: Tenant, owner: Owner }
        union Landlord = Owner | Firm
        type Tenant @key(fields: "id") @context(name: "home") { id: ID!, zone: String!, rooms: [Room], deep: [[Room]], flat: Flat }
        type Owner @key(fields: "id") @context(name: "home") @context(name: "lord") { id: ID!, area: String!, rooms: [Room], money: Int }
        type Firm @key(fields: "id") { id: ID!, rooms: [Room] }
        type Flat { number: Int, room: Room }
        type Room @key(fields: "id") { id: ID!, name: String }`,
      b: `
        type Room @key(fields: "id") { id: ID!, size: Int }`,
      c: `
        type Tenant @key(fields: "id") @context(name: "here") { id: ID!, zone: String! @external, lamps: [Lamp], level: String }
        type Lamp @key(fields: "id") { id: ID!, glow(by: String @fromContext(field: "$here { zone }"), strong: Boolean): String,
          warm(at: String @fromContext(field: "$here { level }")): String, in: Lamp }`,
    },
    cases: [
      {
        title: 'passes the value of a surrounding object as an argument',
        wrong: ['apollo'],
        query: '{ tenants { lamps { glow(strong: true) warm in { in { glow } } } } }',
        data: {
          tenants: [1, 2].map((n) => ({
            lamps: [1, 2].map((l) => ({
              glow: `glow(by: "zone of Tenant/${n}",strong: true) of Lamp/${l}`,
              warm: `warm(at: "level of Tenant/${n}") of Lamp/${l}`,
              in: { in: { glow: `glow(by: "zone of Tenant/${n}") of Lamp/${l}` } },
            })),
          })),
        },
      },
    ],
  },
  {
    name: '@context whose fields other subgraphs have',
    subgraphs: {
      shops: `
        type Query { shop: Shop, shops: [Shop!] }
        type Shop @key(fields: "id") { id: ID!, at: At @shareable, boxes: [Box!], open: Boolean }
        type At @shareable { zip: Int }
        type Box @key(fields: "id") { id: ID!, inside: [Box] }`,
      names: `
        type Shop @key(fields: "id") { id: ID!, name: String, at: At @shareable }
        type At @shareable { code: String }`,
      boxes: `
        type Shop @key(fields: "id") @context(name: "shop") { id: ID!, name: String @external, at: At @external }
        type At { zip: Int @external, code: String @external }
        type Box @key(fields: "id") {
          id: ID!, size: Int
          named(of: String @fromContext(field: "$shop { name }")): String
          zipped(of: Int @fromContext(field: "$shop { at { zip } }"), in: String): String
          coded(of: String @fromContext(field: "$shop { at { code } }")): String
        }`,
    },
    cases: [
      {
        title: 'waits for these subgraphs',
        wrong: ['apollo'],
        query: '{ shop { boxes { named zipped coded } } }',
        data: {
          shop: {
            boxes: [1, 2].map((n) => ({
              named: `named(of: "name of Shop/1") of Box/${n}`,
              zipped: `zipped(of: 811) of Box/${n}`,
              coded: `coded(of: "code of Shop/1.at") of Box/${n}`,
            })),
          },
        },
      },
    ],
  },
  {
    name: '@context of lists and of fields of objects',
    subgraphs: {
      a: `
        type Query { shops: [Shop!]!, shop: Shop }
        type Shop @key(fields: "id") @context(name: "shop") {
          id: ID!, cities: [String], grid: [[Int]], at: At, all: [[At!]], closed: Boolean, boxes: [Box] }
        type At { zip: Int, codes: [String!], next: At }
        type Box @key(fields: "id") { id: ID! }`,
      b: `
        type Query { near: Shop }
        type Shop @key(fields: "id") @context(name: "here") {
          id: ID!, cities: [String] @external, grid: [[Int]] @external, at: At @external, all: [[At!]] @external }
        type At { zip: Int @external, codes: [String!] @external, next: At @external }
        type Box @key(fields: "id") {
          id: ID!
          inCities(list: [String] @fromContext(field: "$here { cities }")): String
          inGrid(grid: [[Int]] @fromContext(field: "$here { grid }")): String
          at(zip: Int @fromContext(field: "$here { at { zip } }")): String
          atNext(codes: [String] @fromContext(field: "$here { at { next { codes } } }")): String
          nextZip(zip: Int @fromContext(field: "$here { at { next { zip } } }")): String
          among(zips: [[Int]] @fromContext(field: "$here { all { zip } }")): String
        }`,
    },
    fixed: { 'Shop/1.cities': ['a', 'b'], 'Shop/2.cities': [], 'Shop/1.grid': [[1, 2], [3]], 'Shop/2.grid': null },
    cases: [
      {
        title: 'passes lists as they are',
        wrong: ['apollo'],
        query: '{ shops { boxes { inCities inGrid } } }',
        data: {
          shops: [
            ['["a","b"]', '[[1,2],[3]]'],
            ['[]', 'null'],
          ].map(([list, grid]) => ({
            boxes: [1, 2].map((n) => ({
              inCities: `inCities(list: ${list}) of Box/${n}`,
              inGrid: `inGrid(grid: ${grid}) of Box/${n}`,
            })),
          })),
        },
      },
      {
        title: 'passes what is inside objects and lists of them',
        wrong: ['apollo'],
        query: '{ shop { boxes { atNext among } } }',
        data: {
          shop: {
            boxes: [1, 2].map((n) => ({
              atNext: `atNext(codes: ["codes of Shop/1.at.next","codes of Shop/1.at.next"]) of Box/${n}`,
              among: `among(zips: [[329,602],[264,194]]) of Box/${n}`,
            })),
          },
        },
      },
    ],
  },
  {
    name: 'mutations',
    subgraphs: {
      a: `
        type Query { total: Int, list: [Entry] }
        type Mutation { add(by: Int!): Entry!, multiply(by: Int = 2): Int, drop: Entry, note(text: String, entry: New): Result }
        type Entry @key(fields: "id") { id: ID!, sum: Int, when: String }
        input New { text: String = "none", at: [Int] }
        type Result { query: Query, entry: Entry, ok: Boolean! }`,
      b: `
        type Query { entry: Entry }
        type Mutation { subtract(by: Int!): Int, log(text: String!): Entry }
        type Subscription { changed(of: ID): Entry, changes: [Entry!] }
        type Entry @key(fields: "id") { id: ID!, text: String, sum: Int @external, double: String @requires(fields: "sum") }`,
    },
    fixed: {
      'Mutation.multiply': (_args, calls) => calls.length,
      'Mutation.subtract': (_args, calls) => 100 + calls.length,
      'Entry/1.sum': 4,
    },
    cases: [
      {
        title: 'run one after the other, in any subgraph',
        query:
          'mutation ($n: Int!) { a: multiply b: subtract(by: $n) c: subtract(by: 2) d: multiply(by: $n) e: subtract(by: 5) }',
        variables: { n: 3 },
        data: { a: 0, b: 101, c: 102, d: 3, e: 104 },
      },
      {
        title: 'join their results with the whole graph',
        query:
          'mutation { add(by: 1) { double text } log(text: "x") { when } note { query { list { id } entry { id } } entry { id } } }',
        data: {
          add: { double: 'double by {"sum":4} of Entry/1', text: 'text of Entry/1' },
          log: { when: 'when of Entry/1' },
          note: {
            query: { list: [{ id: 'Entry/1' }, { id: 'Entry/2' }], entry: { id: 'Entry/1' } },
            entry: { id: 'Entry/1' },
          },
        },
      },
    ],
  },
  {
    name: 'circles and interfaces that answer themselves',
    subgraphs: {
      a: `
        type Query { node(id: ID!): Node, nodes: [Node!]!, product: Product, item: Item }
        interface Node { id: ID! }
        interface Product implements Node { id: ID!, samePlace: Product }
        type Book implements Product & Node @key(fields: "id") { id: ID!, samePlace: Product, next: Book }
        type Pen implements Product & Node @key(fields: "id") { id: ID!, samePlace: Product }
        type Shelf implements Node { id: ID!, holds: [Node] }
        interface Item { name: String, parent: Item }
        type Leaf implements Item { name: String, parent: Item, leaves: [Leaf!] }`,
      b: `
        interface Product { id: ID!, price: Float }
        type Book implements Product @key(fields: "id") { id: ID!, price: Float, author: Author }
        type Pen implements Product @key(fields: "id") { id: ID!, price: Float, ink: Ink }
        type Author @key(fields: "id") { id: ID!, books: [Book], pens: [Product] }
        enum Ink { BLUE RED }`,
    },
    cases: [
      {
        title: 'are joined',
        query:
          '{ product { samePlace { __typename id ... on Book { next { author { books { samePlace { id } } } } } } } node(id: "x") { ... on Product { id } ... on Shelf { holds { __typename } } } }',
        data: {
          product: {
            samePlace: {
              __typename: 'Book',
              id: 'Book/1',
              next: { author: { books: [1, 2].map((n) => ({ samePlace: { id: n === 1 ? 'Book/1' : 'Pen/2' } })) } },
            },
          },
          node: { id: 'Book/1' },
        },
      },
    ],
  },
  {
    name: 'conditions, variables and values of every kind',
    subgraphs: {
      a: `
        scalar JSON scalar Time
        type Query { thing: Thing, things(first: Int! = 2, after: Time, where: Where): [[Thing!]], any(json: JSON, list: [[Int!]!]): JSON, at: Time! }
        type Thing @key(fields: "id") { id: ID!, text(a: String = "z", b: [Int!] = [1, 2]): String, json: JSON, at: Time, flags: [[Boolean!]!]!, ids: [ID!], ratio: Float, kind: Kind }
        enum Kind { A B }
        input Where { text: String, and: [Where!], kind: Kind = A, json: JSON, time: Time }`,
      b: `
        type Thing @key(fields: "id") { id: ID!, mark: Boolean, count(of: Kind!): Int, parts: [[Thing]], best(where: Where): Thing, kind: Kind @external, kinds: String @requires(fields: "kind") }
        enum Kind { A B }
        scalar JSON scalar Time
        input Where { text: String, and: [Where!], kind: Kind = A, json: JSON, time: Time }`,
      c: 'type Thing @key(fields: "id") { id: ID!, mark: Boolean @external, sign: String @requires(fields: "mark"), note: String }',
    },
    fixed: { 'Thing/1.mark': true },
    cases: [
      {
        title: 'exclude skipped and not included fields',
        query: `query ($yes: Boolean!, $no: Boolean = false, $n: Int! = 1) {
          thing { id @include(if: $no) mark @skip(if: $yes) ... @include(if: $yes) { note sign } ... on Thing @skip(if: $yes) { parts { id } } best @include(if: $no) { mark } }
          gone: thing @include(if: false) { note } things(first: $n) @skip(if: $yes) @include(if: $no) { id }
        }`,
        variables: { yes: true },
        data: { thing: { note: 'note of Thing/1', sign: 'sign by {"mark":true} of Thing/1' } },
      },
      {
        title: 'do not fetch skipped fields',
        query: 'query ($with: Boolean!) { thing { id note @include(if: $with) sign @include(if: $with) } }',
        variables: { with: false },
        down: ['b', 'c'],
        data: { thing: { id: 'Thing/1' } },
      },
      {
        title: 'pass on values unchanged',
        query:
          'query ($j: JSON, $w: Where, $t: Time = "now") { any(json: $j, list: [[1], 2]) a: any(json: { x: [1] }) things(where: $w, after: $t) { text(b: []) } }',
        variables: { j: { k: [null, 1.5] }, w: { and: [{ text: 'q' }], json: null } },
        data: {
          any: json('any(json: {"k":[null,1.5]},list: [[1],[2]]) of Query', 'any'),
          a: json('any(json: {"x":[1]}) of Query', 'any'),
          things: [0, 1].map(() => [1, 2].map((n) => ({ text: `text(a: "z",b: []) of Thing/${n}` }))),
        },
      },
    ],
  },
  {
    name: 'numbers that JavaScript would change',
    generated: false, // Apollo's executor gets plain numbers.
    subgraphs: {
      a: `
        scalar Long scalar JSON
        type Query { counts: [Count!], count(at: Long): Count, echo(long: Long = 7, many: [Long], json: JSON): JSON }
        type Count @key(fields: "at") { at: Long!, size(of: Long): Long, ratio: Float, next: Count }`,
      b: `
        scalar Long scalar JSON
        type Count @key(fields: "at") { at: Long!, name: String, size(of: Long): Long @external, big: Boolean @requires(fields: "size(of: 7)"), json: JSON, peers: [Count] }`,
      c: 'scalar Long type Count @key(fields: "at") { at: Long!, text: String }',
    },
    cases: [
      {
        title: 'are keys that differ in their last digits',
        wrong: ['apollo'],
        query: '{ counts { at name text } }',
        data: {
          counts: [1, 2].map((n) => ({
            at: exactNumber(`900719925474099${n}`),
            name: `name of Count/${n}`,
            text: `text of Count/${n}`,
          })),
        },
      },
      {
        title: 'are passed on as literals, variables and defaults',
        wrong: ['apollo'],
        query:
          'query ($l: Long, $d: Long = 1E2) { echo(long: 9007199254740993, many: [$l, $d, -0], json: { a: [ENUM, 1.0, "1.0"] }) a: echo }',
        variables: { l: exactNumber('1e400') },
        data: {
          echo: json(
            'echo(json: {"a":["ENUM",1.0,"1.0"]},long: 9007199254740993,many: [1e400,1E2,-0]) of Query',
            'echo',
          ),
          a: json('echo(long: 7) of Query', 'echo'),
        },
      },
    ],
  },
  {
    name: 'type names everywhere',
    subgraphs: {
      a: `
        schema { query: Start, mutation: Change }
        type Start { union: U, i: I, users: [User!] }
        type Change { go: User }
        union U = A | B
        interface I { name: String }
        type A implements I { name: String, b: B } type B implements I { name: String, start: Start }
        type User @key(fields: "id") { id: ID!, name: String }`,
      b: 'type User @key(fields: "id") { id: ID!, friend: User } type Query { me: User }',
    },
    cases: [
      {
        title: 'are the client’s, without a fetch',
        query: '{ __typename a: __typename ... on Query { __typename } }',
        down: ['a', 'b'],
        data: { __typename: 'Query', a: 'Query' },
      },
      {
        title: 'are correct under any alias and in any fragment',
        query:
          '{ union { __typename k: __typename ... on I { n: __typename } ... on B { start { __typename } } } users { t: __typename friend { __typename } } me { __typename } }',
        data: {
          union: { __typename: 'A', k: 'A', n: 'A' },
          users: Array(2).fill({ t: 'User', friend: { __typename: 'User' } }),
          me: { __typename: 'User' },
        },
      },
    ],
  },
]

function json(text: string, field: string) {
  return { text, list: [1, null, { field }] }
}
