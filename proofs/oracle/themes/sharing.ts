import type { Definition } from '../definition.ts'

/** Fields that several subgraphs have, had, or hide. */
export const sharing: Definition[] = [
  {
    name: 'shared roots and shared values',
    subgraphs: {
      names: `
        type Query { shop: Shop @shareable, shops: [Shop!]! @shareable }
        type Shop @shareable { id: ID!, name: Name, place: Place }
        type Name { short: String, long: String }
        type Place @shareable { street: String, town: Town }
        type Town @key(fields: "code") { code: ID! }`,
      hours: `
        type Query { shop: Shop @shareable, shops: [Shop!]! @shareable }
        type Shop @shareable { id: ID!, open: [Hours], place: Place }
        type Hours { day: Day!, from: String }
        enum Day { MONDAY SUNDAY }
        type Place @shareable { street: String, number: String, town: Town }
        type Town @key(fields: "code") { code: ID!, people: Int }`,
    },
    cases: [
      {
        title: 'are merged from every subgraph',
        query:
          '{ shop { name { long } place { number street town { code } } open { from } } shops { id name { short } open { from } } }',
        data: {
          shop: {
            name: { long: 'long of Query.shop.name' },
            place: {
              number: 'number of Query.shop.place',
              street: 'street of Query.shop.place',
              town: { code: 'code of Town/1' },
            },
            open: [0, 1].map((n) => ({ from: `from of Query.shop.open.${n}` })),
          },
          shops: [0, 1].map((n) => ({
            id: `id of Query.shops.${n}`,
            name: { short: `short of Query.shops.${n}.name` },
            open: [0, 1].map((m) => ({ from: `from of Query.shops.${n}.open.${m}` })),
          })),
        },
      },
      {
        title: 'lack the fields of a subgraph that is down',
        wrong: ['apollo'],
        query: '{ shop { name { long } open { day } } }',
        down: ['hours'],
        data: { shop: { name: { long: 'long of Query.shop.name' }, open: null } },
        errors: ['shop.open'],
      },
    ],
  },
  {
    name: '@override, of fields, entities and what requires them',
    subgraphs: {
      old: `
        type Query { cars: [Car], feed: [Entry], stale: String }
        type Car @key(fields: "id") { id: ID!, name: String, color: String, doors: String }
        interface Entry { id: ID!, made: String }
        type Note implements Entry @key(fields: "id") { id: ID!, made: String }
        type Photo implements Entry @key(fields: "id") { id: ID!, made: String }`,
      new: `
        type Query { other: [Entry], fresh: Car }
        type Car @key(fields: "id") { id: ID!, color: String @override(from: "old"), doors: String @override(from: "old"), paint: String @requires(fields: "name"), name: String @external }
        interface Entry { id: ID!, made: String }
        type Photo implements Entry @key(fields: "id") { id: ID!, made: String @override(from: "old"), pixels: Int }`,
      third: `
        type Car @key(fields: "id") { id: ID!, color: String @external, sticker: String @requires(fields: "color") }`,
    },
    cases: [
      {
        title: 'fetches from the new subgraph',
        query: '{ cars { color doors sticker paint } feed { made __typename } }',
        data: {
          cars: [1, 2].map((n) => ({
            color: `color of Car/${n}`,
            doors: `doors of Car/${n}`,
            sticker: `sticker by {"color":"color of Car/${n}"} of Car/${n}`,
            paint: `paint by {"name":"name of Car/${n}"} of Car/${n}`,
          })),
          feed: [
            { made: 'made of Note/1', __typename: 'Note' },
            { made: 'made of Photo/2', __typename: 'Photo' },
          ],
        },
      },
      {
        title: 'is null if the new subgraph is down',
        query: '{ cars { name color } }',
        down: ['new'],
        data: { cars: [1, 2].map((n) => ({ name: `name of Car/${n}`, color: null })) },
        errors: ['cars.0.color', 'cars.1.color'],
      },
    ],
  },
  {
    name: 'progressive @override',
    subgraphs: {
      before:
        'type Query { lamp: Lamp } type Lamp @key(fields: "id") { id: ID!, glow: String, name: String, dim: String, hue: String }',
      after: `type Lamp @key(fields: "id") {
        id: ID!
        glow: String @override(from: "before", label: "percent(0)")
        dim: String @override(from: "before", label: "percent(100)")
        hue: String @override(from: "before", label: "who-knows")
      }`,
    },
    cases: [
      {
        title: 'stays with the old subgraph while its label is off',
        query: '{ lamp { glow hue name } }',
        down: ['after'],
        data: { lamp: { glow: 'glow of Lamp/1', hue: 'hue of Lamp/1', name: 'name of Lamp/1' } },
      },
      {
        title: 'uses the new subgraph if its label is 100 percent',
        query: '{ lamp { dim name } }',
        down: ['after'],
        data: { lamp: { dim: null, name: 'name of Lamp/1' } },
        errors: ['lamp.dim'],
      },
    ],
  },
  {
    name: 'directives for operations that subgraphs composed',
    subgraphs: Object.fromEntries(
      ['one', 'two'].map((name) => [
        name,
        `extend schema
          @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@composeDirective"])
          @link(url: "https://example.test/marks/v1.0", import: ["@mark"])
          @composeDirective(name: "@mark")
        directive @mark(as: String = "x", times: [Int!]) repeatable on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY
        ${name === 'one' ? 'type Query { book: Book }' : ''}
        type Book @key(fields: "id") { id: ID!, ${name}: String, ${name}s(first: Int): [Book] }`,
      ]),
    ),
    cases: [
      {
        title: 'change nothing, at any location and with any arguments',
        query: `query ($n: [Int!], $no: Boolean!) @mark { book { one @mark(times: $n) two @mark @mark(as: "y")
          ...F @mark ... on Book @mark @skip(if: $no) { id } } } fragment F on Book { twos { one @mark @include(if: $no) } }`,
        variables: { n: [1], no: true },
        data: {
          book: { one: 'one of Book/1', two: 'two of Book/1', twos: [1, 2].map((n) => ({ one: `one of Book/${n}` })) },
        },
      },
    ],
  },
  {
    name: '@inaccessible',
    subgraphs: {
      staff: `
        type Query { people: [Person!]!, found: [Found], who(filter: Filter, rank: Rank): [Person], near: Person }
        type Person @key(fields: "id") { id: ID!, name: String, pay: Int @inaccessible, rank: Rank, ranks: [Rank!], boss: Person, pet: Pet, desk: Desk! @inaccessible }
        enum Rank { LOW HIGH SECRET @inaccessible }
        input Filter { name: String, rank: Rank = LOW, pay: Int @inaccessible }
        union Found = Person | Pet | Desk
        type Pet @key(fields: "id") { id: ID!, name: String, secret: String @inaccessible }
        type Desk @inaccessible { id: ID!, name: String }`,
      taxes: `
        type Person @key(fields: "id") { id: ID!, pay: Int @external, tax: String @requires(fields: "pay") }
        type Pet @key(fields: "id") { id: ID!, secret: String @external, tale: String @requires(fields: "secret") }
        enum Rank { LOW HIGH SECRET }`,
    },
    fixed: {
      'Person/1.pay': 5,
      'Person/2.pay': 6,
      'Person/1.rank': 'SECRET',
      'Person/2.rank': 'LOW',
      'Person/1.ranks': ['LOW', 'SECRET'],
      'Person/2.ranks': ['HIGH', 'HIGH'],
      'Query.found': ['Person/1', 'Pet/2'],
    },
    cases: [
      {
        title: 'is still used between subgraphs',
        query: '{ people { tax } who(filter: { name: "x" }) { name } }',
        data: {
          people: [{ tax: 'tax by {"pay":5} of Person/1' }, { tax: 'tax by {"pay":6} of Person/2' }],
          who: [1, 2].map((n) => ({ name: `name of Person/${n}` })),
        },
      },
      {
        title: 'hides an enum value, and nulls a list with non-null members that has it',
        query: '{ people { rank ranks id } }',
        data: {
          people: [
            { rank: null, ranks: null, id: 'Person/1' },
            { rank: 'LOW', ranks: ['HIGH', 'HIGH'], id: 'Person/2' },
          ],
        },
        errors: ['people.0.rank', 'people.0.ranks.1'],
      },
    ],
  },
  {
    name: 'enums, inputs and arguments in part only',
    subgraphs: {
      a: `
        type Query { users(filter: Filter): [User], kind(of: Kind): Kind, pick(kinds: [Kind!] = [ONE], deep: [[Filter]]): [String] }
        type User @key(fields: "id") { id: ID!, kind: Out }
        enum Kind { ONE TWO } enum Out { A B }
        input Filter { first: Int!, inner: Filter, kinds: [Kind!] = [TWO], only: String }`,
      b: `
        type Query { users2(filter: Filter): [User] }
        type User @key(fields: "id") { id: ID!, level(kind: Kind, filter: Filter = { first: 3 }, at: Stamp): Out }
        enum Kind { ONE TWO } enum Out { A C }
        scalar Stamp
        input Filter { first: Int!, inner: Filter, kinds: [Kind!] = [TWO] }`,
    },
    cases: [
      {
        title: 'accept what all subgraphs know',
        query:
          'query ($f: Filter = { first: 1 }) { users(filter: $f) { id } pick(deep: [[{ first: 2 }]], kinds: ONE) }',
        data: {
          users: [{ id: 'User/1' }, { id: 'User/2' }],
          pick: Array(2).fill('pick(deep: [[{"first":2,"kinds":["TWO"]}]],kinds: ["ONE"]) of Query'),
        },
      },
    ],
  },
  {
    name: 'children of different types',
    subgraphs: {
      a: `
        type Query { users: [User!]!, accounts: [Account!]! }
        union Account = User | Admin
        type User @key(fields: "id") { id: ID, name: String, similar: [Account!] }
        type Admin { id: ID, name: String @shareable, photo: String }`,
      b: `
        type User @key(fields: "id") { id: ID!, nick: String!, friends: [User!]! }
        type Query { one: User! }`,
    },
    cases: [
      {
        title: 'have the type that holds for all',
        query: '{ users { id nick similar { ... on User { id nick } ... on Admin { id } } } }',
        data: {
          users: [1, 2].map((n) => ({
            id: `User/${n}`,
            nick: `nick of User/${n}`,
            similar: [{ id: `id of User/${n}.similar.0` }, { id: 'User/2', nick: 'nick of User/2' }],
          })),
        },
      },
    ],
  },
  {
    name: 'types extended the old way',
    subgraphs: {
      a: 'type Query { user: User, all: [User] } type User @key(fields: "id") { id: ID!, name: String! @shareable }',
      b: 'type Query { random: User } extend type User @key(fields: "id") { id: ID! @external, name: String! @external, email: String, label: String @requires(fields: "name") }',
      c: 'type Query { given: User @provides(fields: "name") } type User @extends @key(fields: "id") { id: ID! @external, name: String! @external, age: String }',
    },
    cases: [
      {
        title: 'are joined from every subgraph',
        query: '{ random { id name email } user { email label age } given { name } }',
        data: {
          random: { id: 'User/1', name: 'name of User/1', email: 'email of User/1' },
          user: {
            email: 'email of User/1',
            label: 'label by {"name":"name of User/1"} of User/1',
            age: 'age of User/1',
          },
          given: { name: 'name of User/1' },
        },
      },
    ],
  },
]
