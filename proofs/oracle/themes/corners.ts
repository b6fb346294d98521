import type { Definition } from '../definition.ts'

/** Combinations of types that are valid but rare. */
export const corners: Definition[] = [
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
  {
    name: 'keys of which the first cannot be resolved',
    subgraphs: {
      rooms: `
        type Query { lamp: Lamp, lamps: [Lamp!] }
        type Lamp @key(fields: "place { x }", resolvable: false) @key(fields: "id place { y }") @key(fields: "id", resolvable: false) {
          id: ID!, place: Place!, name: String @external, label: String @requires(fields: "name"), next: Lamp }
        type Place { x: Int!, y: Int! }`,
      names: 'type Lamp @key(fields: "id") { id: ID!, name: String }',
    },
    cases: [
      {
        title: 'are not used to return to their subgraph',
        wrong: ['apollo'],
        query: '{ lamps { label next { name } } }',
        data: {
          lamps: [1, 2].map((n) => ({
            label: `label by {"name":"name of Lamp/${n}"} of Lamp/${n}`,
            next: { name: `name of Lamp/${n}` },
          })),
        },
      },
    ],
  },
  {
    name: 'a shared field that is an object in one subgraph and an interface in another',
    subgraphs: {
      kennel: `
        type Query { pet: Dog @shareable, pets: [[Dog]] @shareable }
        interface Pet { id: ID }
        type Dog implements Pet @shareable { id: ID, mother: Dog, barks: Boolean, of: Int }`,
      zoo: `
        type Query { pet: Pet @shareable, pets: [[Pet]] @shareable }
        interface Pet { id: ID }
        type Dog implements Pet @shareable { id: ID, mother: Pet, barks: Boolean, of: Int! }
        type Cat implements Pet @shareable { id: ID, of: Int }`,
    },
    cases: [
      {
        title: 'is the object',
        wrong: ['apollo'],
        query: '{ pet { ... on Dog { barks mother { ... on Dog { of } } } } }',
        data: { pet: { barks: true, mother: { of: 420 } } },
      },
    ],
  },
  {
    name: 'a shared field of an entity, of which the subgraphs know different types',
    generated: false, // which objects there are depends on the subgraph that is asked
    fixed: { 'Chest/1.inside.things': ['Coin/1', 'Letter/1'], 'Chest/1.inside.items': ['Coin/1', 'Letter/1'] },
    subgraphs: {
      attic: `
        type Query { chest: Chest }
        type Chest @key(fields: "id") { id: ID!, inside: Inside @shareable }
        type Inside @shareable { things: [Thing!], items: [Item!] }
        union Thing = Coin | Letter
        interface Item { id: ID! }
        type Coin implements Item @key(fields: "id") { id: ID!, worth: Int @shareable }
        type Letter implements Item @key(fields: "id") { id: ID!, text: String }`,
      cellar: `
        type Query { other: Chest }
        type Chest @key(fields: "id") { id: ID!, inside: Inside @shareable }
        type Inside @shareable { things: [Thing!], items: [Item!] }
        union Thing = Coin | Feather
        interface Item { id: ID! }
        type Coin implements Item @key(fields: "id") { id: ID!, worth: Int @shareable, face: String }
        type Feather implements Item @key(fields: "id") { id: ID!, bird: String }`,
    },
    cases: [
      {
        title: 'has objects of an interface as the subgraph that brings the entity knows them',
        wrong: ['apollo'],
        query: '{ chest { inside { items { __typename ... on Coin { face } ... on Letter { text } } } } }',
        data: {
          chest: {
            inside: {
              items: [
                { __typename: 'Coin', face: 'face of Coin/1' },
                { __typename: 'Letter', text: 'text of Letter/1' },
              ],
            },
          },
        },
      },
      {
        title: 'has members of a union without fields where not every subgraph knows them',
        query: '{ chest { inside { things { __typename ... on Coin { face } ... on Letter { text } } } } }',
        data: {
          chest: {
            inside: {
              things: [
                { __typename: 'Coin', face: 'face of Coin/1' },
                { __typename: 'Letter', text: null },
              ],
            },
          },
        },
      },
    ],
  },
  {
    name: 'fields that are nullable in one subgraph only',
    fixed: { 'One/1.n': 0, 'Two/2.n': 0 },
    subgraphs: {
      a: `
        type Query { both: [Both] }
        union Both = One | Two
        type One @key(fields: "id") { id: ID!, n: Int @shareable, text: String! @shareable }
        type Two @key(fields: "id") { id: ID!, n: Int! @shareable, text: String @shareable }`,
      b: `
        type One @key(fields: "id") { id: ID!, n: Int! @shareable, text: String @shareable, next: Two }
        type Two @key(fields: "id") { id: ID!, n: Int @shareable, text: String! @shareable, next: One }`,
    },
    cases: [
      {
        title: 'have their values under one name, also 0',
        wrong: ['apollo'],
        query: '{ both { ... on One { n text } ... on Two { n text } } }',
        data: {
          both: [
            { n: 0, text: 'text of One/1' },
            { n: 0, text: 'text of Two/2' },
          ],
        },
      },
    ],
  },
]
