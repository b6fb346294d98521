import type { Definition } from '../definition.ts'

/** Combinations of types that are valid but rare. */
export const corners: Definition[] = [
  {
    name: 'an interface field with a narrower type in each implementation, in another subgraph',
    generated: false,
    subgraphs: {
      list: `
        type Query { goods: [Good!], good: Good }
        interface Good { id: ID! }
        type Chair implements Good @key(fields: "id") { id: ID! }
        type Book implements Good @key(fields: "id") { id: ID!, year: Int }`,
      details: `
        interface Good { id: ID!, details: Details, main: Details!, all: [Details!] }
        interface Details { weight: Int, about: Good }
        type ChairDetails implements Details { weight: Int, about: Chair, color: String }
        type BookDetails implements Details { weight: Int, about: Book, pages: Int }
        type Chair implements Good @key(fields: "id") { id: ID!, details: ChairDetails, main: ChairDetails!, all: [ChairDetails!] }
        type Book implements Good @key(fields: "id") { id: ID!, details: BookDetails, main: BookDetails!, all: [BookDetails!] }`,
    },
    cases: [
      {
        title: 'has an empty object where no condition holds',
        wrong: ['apollo', 'compiled'],
        query: '{ goods { details { ... on ChairDetails { color } } } }',
        data: { goods: [{ details: {} }, { details: { color: 'color of Chair/2.details' } }] },
      },
      {
        title: 'has an empty object in a non-null position and in a list',
        wrong: ['apollo', 'compiled'],
        query:
          '{ goods { main { ... on ChairDetails { color } } all { ... on BookDetails { about { id } } } ... on Book { id } } }',
        data: {
          goods: [
            { main: {}, all: [1, 2].map((n) => ({ about: { id: `Book/${n}` } })), id: 'Book/1' },
            { main: { color: 'color of Chair/2.main' }, all: [{}, {}] },
          ],
        },
      },
    ],
  },
  {
    name: 'interfaces and unions that overlap in part',
    subgraphs: {
      a: `
        type Query { things: [Thing], vehicle: Vehicle, any: [Any], toy: Toy, flat: [Flat!], moving: Moving }
        interface Thing { name: String }
        interface Vehicle { wheels: Int, of: Thing }
        interface Toy { age: Int }
        union Any = Car | Brand | Scooter
        union Flat = Brand | Kite
        union Moving = Car | Scooter | Kite
        type Car implements Thing & Vehicle @key(fields: "id") { id: ID!, name: String, wheels: Int, of: Thing }
        type Brand implements Thing @key(fields: "id") { id: ID!, name: String }
        type Kite implements Thing & Toy @key(fields: "id") { id: ID!, name: String, age: Int, flat: Flat }
        type Scooter implements Vehicle & Toy @key(fields: "id") { id: ID!, wheels: Int, of: Thing, age: Int }`,
      b: `
        interface Thing { price: Int }
        type Car implements Thing @key(fields: "id") { id: ID!, price: Int }
        type Brand implements Thing @key(fields: "id") { id: ID!, price: Int, since: String }
        type Kite implements Thing @key(fields: "id") { id: ID!, price: Int }
        type Scooter @key(fields: "id") { id: ID!, since: String }`,
    },
    cases: [
      {
        title: 'may be nested so that no object meets all conditions',
        query: '{ things { ... on Car { name } ... on Brand { ... on Thing { ... on Vehicle { wheels } } since } } }',
        data: { things: [{ since: 'since of Brand/1' }, { name: 'name of Car/2' }, {}] },
      },
    ],
  },
]
