import type { Definition } from '../definition.ts'

/** Keys: how entities are found in other subgraphs. */
export const keys: Definition[] = [
  {
    name: 'one key, two subgraphs',
    subgraphs: {
      shelf: `
        type Query { tools: [Tool!]!, tool(label: String): Tool }
        type Mutation { sell(label: String): Tool! }
        type Subscription { sold: Tool, seen: [[Tool!]] }
        type Tool @key(fields: "id") { id: ID!, name: String!, twin: Tool }`,
      price: `
        type Tool @key(fields: "id") { id: ID!, price(currency: String = "won", rounded: Boolean): String, sale: Sale }
        type Sale { percent: Int, tool: Tool, until: [String] }`,
    },
    cases: [
      {
        title: 'joins a list',
        query: '{ tools { price name id } }',
        data: {
          tools: [
            { price: 'price(currency: "won") of Tool/1', name: 'name of Tool/1', id: 'Tool/1' },
            { price: 'price(currency: "won") of Tool/2', name: 'name of Tool/2', id: 'Tool/2' },
          ],
        },
      },
      {
        title: 'joins there and back',
        query: '{ tool { sale { tool { twin { sale { tool { name } } } } } } }',
        data: { tool: { sale: { tool: { twin: { sale: { tool: { name: 'name of Tool/1' } } } } } } },
      },
      {
        title: 'answers one field with several arguments, under aliases',
        query: 'query ($c: String!) { tool { a: price(currency: $c) price b: price(currency: "yen", rounded: true) } }',
        variables: { c: 'euro' },
        data: {
          tool: {
            a: 'price(currency: "euro") of Tool/1',
            price: 'price(currency: "won") of Tool/1',
            b: 'price(currency: "yen",rounded: true) of Tool/1',
          },
        },
      },
      {
        title: 'nulls only the fields of a subgraph that is down',
        query: '{ tools { name price } }',
        down: ['price'],
        data: {
          tools: [
            { name: 'name of Tool/1', price: null },
            { name: 'name of Tool/2', price: null },
          ],
        },
        errors: ['tools.0.price', 'tools.1.price'],
      },
      {
        title: 'nulls the whole answer if the list is non-null',
        query: '{ tools { name } }',
        down: ['shelf'],
        data: null,
        errors: ['tools'],
      },
    ],
  },
  {
    name: 'compound, nested and several keys',
    subgraphs: {
      list: `
        type Query { seats: [Seat], hall: Hall }
        type Seat @key(fields: "row number") { row: Int!, number: Int!, hall: Hall }
        type Hall @key(fields: "name city { code }") { name: String!, city: City! }
        type City @key(fields: "code") { code: String! }`,
      book: `
        type Seat @key(fields: "number row") @key(fields: "code") { row: Int!, number: Int!, code: String!, taken: Boolean! }
        type Hall @key(fields: "city { code } name") { name: String!, city: City!, seats: [Seat!] }
        type City @key(fields: "code") { code: String!, halls: [[Hall]] }`,
      print: `type Seat @key(fields: "code") { code: String!, ticket(paper: Paper! = THICK): String! } enum Paper { THICK THIN }`,
    },
    cases: [
      {
        title: 'uses one key to get another',
        query: '{ seats { ticket(paper: THIN) row } }',
        data: {
          seats: [
            { ticket: 'ticket(paper: "THIN") of Seat/1', row: 1 },
            { ticket: 'ticket(paper: "THIN") of Seat/2', row: 2 },
          ],
        },
      },
      {
        title: 'joins by a nested key, in lists of lists',
        query: '{ hall { name city { halls { name seats { number ticket } } } } }',
        data: {
          hall: {
            name: 'name of Hall/1',
            city: {
              halls: [1, 2].map(() => [1, 2].map(hallWithSeats)),
            },
          },
        },
      },
    ],
  },
  {
    name: 'a key that another subgraph cannot resolve',
    subgraphs: {
      log: `
        type Query { visits: [Visit!]! }
        type Visit { at: String!, guest: Guest! }
        type Guest @key(fields: "id", resolvable: false) { id: ID! }`,
      guests: `type Guest @key(fields: "id") { id: ID!, name: String, friends: [Guest] } type Query { guest: Guest }`,
    },
    cases: [
      {
        title: 'is used in one direction',
        query: '{ visits { guest { name friends { id } } } }',
        data: {
          visits: [1, 2].map((n) => ({
            guest: { name: `name of Guest/${n}`, friends: [{ id: 'Guest/1' }, { id: 'Guest/2' }] },
          })),
        },
      },
    ],
  },
  {
    name: 'keys that are null',
    generated: false,
    fixed: { 'Query.pens': ['Pen/1', 'Pen/2', null, 'Pen/3'], 'Pen/2.code': null },
    subgraphs: {
      desk: 'type Query { pens: [Pen] } type Pen @key(fields: "id") { id: ID! }',
      codes: 'type Pen @key(fields: "id") @key(fields: "code") { id: ID!, code: String }',
      inks: 'type Pen @key(fields: "code") { code: String, ink: String }',
    },
    cases: [
      {
        title: 'find nothing, and do not affect their neighbours',
        query: '{ pens { id ink } }',
        data: {
          pens: [
            { id: 'Pen/1', ink: 'ink of Pen/1' },
            { id: 'Pen/2', ink: null },
            null,
            { id: 'Pen/3', ink: 'ink of Pen/3' },
          ],
        },
      },
    ],
  },
  {
    name: 'keys mixed up over two subgraphs',
    subgraphs: {
      a: `
        type Query { b: B }
        type A @key(fields: "id") @key(fields: "pid") @key(fields: "pair { one two }") { id: ID!, pid: ID!, pair: Pair!, name: String! }
        type Pair @shareable { one: String!, two: String! }
        type B @key(fields: "id") { id: ID!, a: [A!]! }`,
      b: `
        type A @key(fields: "id", resolvable: false) @key(fields: "pair { one two }") { id: ID!, pair: Pair!, nameInB: String! @requires(fields: "name"), name: String! @external }
        type Pair @shareable { one: String!, two: String! }
        type B @key(fields: "id") { id: ID!, other: A }`,
    },
    cases: [
      {
        title: 'get a required field by a compound key',
        query: '{ b { id a { id name nameInB } } }',
        data: {
          b: {
            id: 'B/1',
            a: [1, 2].map((n) => ({
              id: `A/${n}`,
              name: `name of A/${n}`,
              nameInB: `nameInB by {"name":"name of A/${n}"} of A/${n}`,
            })),
          },
        },
      },
    ],
  },
  {
    name: 'a field that fails',
    fixed: { 'Room/1.broken': fails, 'Room/1.number': fails, 'Room/2.number': 2 },
    subgraphs: {
      a: 'type Query { rooms: [Room], room: Room } type Room @key(fields: "id") { id: ID!, name: String }',
      b: 'type Room @key(fields: "id") { id: ID!, broken: String, warm: String, number: Int!, inside: Inside } type Inside { of: Room!, all: [Room!] }',
    },
    generated: false,
    cases: [
      {
        title: 'is null, with its error, and nothing else is',
        query: '{ rooms { name broken warm } }',
        data: {
          rooms: [
            { name: 'name of Room/1', broken: null, warm: 'warm of Room/1' },
            { name: 'name of Room/2', broken: 'broken of Room/2', warm: 'warm of Room/2' },
          ],
        },
        errors: ['rooms.0.broken'],
      },
      {
        title: 'nulls its parents up to the nearest nullable one',
        query: '{ rooms { name inside { of { number } } } }',
        data: {
          rooms: [
            { name: 'name of Room/1', inside: null },
            { name: 'name of Room/2', inside: { of: { number: 2 } } },
          ],
        },
        errors: ['rooms.0.inside.of.number'],
      },
    ],
  },
  {
    name: 'a chain of four subgraphs, each by another key',
    subgraphs: {
      one: 'type Query { parts: [Part] } type Part @key(fields: "a") { a: ID! }',
      two: 'type Part @key(fields: "a") @key(fields: "b") { a: ID!, b: ID!, inTwo: String }',
      three:
        'type Part @key(fields: "b") @key(fields: "c { d }") { b: ID!, c: C!, inThree: String } type C { d: Int! @shareable }',
      four: 'type Part @key(fields: "c { d }") { c: C!, inFour: [Int!]!, parts: [Part] } type C { d: Int! @shareable }',
    },
    cases: [
      {
        title: 'is joined completely',
        query: '{ parts { inTwo inThree parts { c { d } inTwo } } }',
        data: {
          parts: [1, 2].map((n) => ({
            inTwo: `inTwo of Part/${n}`,
            inThree: `inThree of Part/${n}`,
            parts: [1, 2].map((m) => ({ c: { d: m }, inTwo: `inTwo of Part/${m}` })),
          })),
        },
      },
    ],
  },
  {
    name: 'a type of which there is one object, its name being the key',
    subgraphs: {
      a: `
        type Query { shelf: Shelf, shelves: [Shelf], item: Item }
        type Shelf @key(fields: "__typename") { sku: String, item: Item }
        interface Item { id: ID! }
        type Pot implements Item @key(fields: "__typename") { id: ID!, lid: String }
        type Pan implements Item @key(fields: "id") { id: ID!, grip: String }`,
      b: `
        type Query { first: Shelf }
        type Shelf @key(fields: "__typename") {
          sku: String @external, note: String!, label: String @requires(fields: "sku"), place: Place }
        type Place { shelf: Shelf }
        type Pot @key(fields: "__typename") { weight: Int }
        type Pan @key(fields: "id") { id: ID!, weight: Int }`,
    },
    fixed: { 'Pot/1.weight': 7, 'Query.item': 'Pot/1', 'Shelf/1.item': 'Pot/1' },
    cases: [
      {
        title: 'is fetched by its name',
        query: '{ shelf { sku note } first { sku place { shelf { item { id } } } } item { ... on Pot { weight } } }',
        data: {
          shelf: { sku: 'sku of Shelf/1', note: 'note of Shelf/1' },
          first: { sku: 'sku of Shelf/1', place: { shelf: { item: { id: 'id of Pot/1' } } } },
          item: { weight: 7 },
        },
      },
      {
        title: 'is fetched without a requirement that is excluded',
        wrong: ['apollo'],
        query: 'query ($r: Boolean!) { shelf { note label @include(if: $r) } }',
        variables: { r: false },
        data: { shelf: { note: 'note of Shelf/1' } },
      },
    ],
  },
]

function fails(): never {
  throw new Error('There is no such thing.')
}

function hallWithSeats(number: number) {
  const seats = [1, 2].map((n) => ({ number: n, ticket: `ticket(paper: "THICK") of Seat/${n}` }))
  return { name: `name of Hall/${number}`, seats }
}
