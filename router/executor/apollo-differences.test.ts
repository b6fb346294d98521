import { describe, expect, it } from '@jest/globals'
import { library } from '../testing/library.ts'
import { bothExecutors, LINK, reference } from './testing/both-executors.ts'

/** Operations that Apollo's planner or executor answers wrongly, mostly without an error (README.md). */
describe("operations that Apollo's executor answers wrongly", () => {
  const books = bothExecutors(library)

  it.each([
    ['a key', '{ books(first: 1) { id: title copies } }', { id: 'Emma', copies: 1 }],
    ['a required field', '{ books(first: 1) { weight: title postage } }', { weight: 'Emma', postage: 600 }],
    ['__typename', '{ books(first: 1) { __typename: id copies } }', { __typename: 'b1', copies: 1 }],
  ])('a client may use the name of %s as an alias', async (_, source, book) => {
    expect(await books.ours(source)).toEqual({ data: { books: [book] } })
    expect(await books.theirs(source)).not.toEqual({ data: { books: [book] } })
  })

  it("an error in such a field has the client's response name in its path", async () => {
    books.override((service) => (service === 'stock' ? { failure: 'unavailable', cause: '' } : undefined))
    const { errors } = await books.ours('{ books(first: 1) { id: copies } }')
    books.override(() => undefined)
    expect(errors?.map(({ path }) => path)).toEqual([['books', 0, 'id']])
  })

  const sizes = bothExecutors([
    {
      name: 'feed',
      typeDefs: `${LINK} type Query { feed: [Post] } type Post @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { feed: () => [{ id: '1' }, { id: '2' }] } },
    },
    {
      name: 'sizes',
      typeDefs: `${LINK} type Post @key(fields: "id") { id: ID!, size(unit: Int!): Int!, box: Box }
        type Box { size(unit: Int!): Int! }`,
      resolvers: {
        Post: {
          ...reference,
          size: ({ id }: { id: number }, { unit }: { unit: number }) => id * unit,
          box: () => ({}),
        },
        Box: { size: (_: unknown, { unit }: { unit: number }) => unit },
      },
    },
    {
      name: 'prices',
      typeDefs: `${LINK}
        type Post @key(fields: "id") {
          id: ID!
          size(unit: Int!): Int! @external
          box: Box @external
          byTwo(times: Int = 1): Int @requires(fields: "size(unit: 2)")
          byThree: Int @requires(fields: "size(unit: 3)")
          boxed: Int @requires(fields: "box { size(unit: 100) }")
        }
        type Box { size(unit: Int!): Int! @external }`,
      resolvers: {
        Post: {
          ...reference,
          byTwo: ({ size }: { size: number }, { times }: { times: number }) => size * times,
          byThree: ({ size }: { size: number }) => size,
          boxed: ({ box }: { box: { size: number } }) => box.size,
        },
      },
    },
  ])

  it('@requires gets the field with its own arguments, whatever arguments others select it with', async () => {
    const source = 'query ($n: Int) { feed { size(unit: 1) box { size(unit: 7) } byTwo(times: $n) byThree boxed } }'
    const right = {
      feed: [
        { size: 1, box: { size: 7 }, byTwo: 20, byThree: 3, boxed: 100 },
        { size: 2, box: { size: 7 }, byTwo: 40, byThree: 6, boxed: 100 },
      ],
    }
    expect(await sizes.ours(source, { n: 10 })).toEqual({ data: right })
    expect((await sizes.theirs(source, { n: 10 })).data).not.toEqual(right)
  })

  it('fields that require the same arguments share a request, with the original field name in its representations', async () => {
    sizes.sent.length = 0
    await sizes.ours('{ feed { byTwo boxed } }')
    expect(sizes.sent.map(({ service }) => service)).toEqual(['feed', 'sizes', 'prices'])
    expect(JSON.parse(sizes.sent[2]?.body ?? '').variables.representations[0]).toEqual({
      __typename: 'Post',
      id: '1',
      size: 2,
      box: { size: 100 },
    })
  })

  const things = bothExecutors([
    {
      name: 'things',
      typeDefs: `${LINK}
        type Query { thing(n: Int): Thing, both: [Both], shared: Shared @shareable }
        type Thing @key(fields: "id") { id: ID!, n: Int, inner: Inner }
        type Inner { a: Int, b: Int }
        union Both = One | Two
        type One @key(fields: "id") { id: ID!, v: Int }
        type Two @key(fields: "id") { id: ID!, w: Boolean }
        type Shared @shareable { left: Int }`,
      resolvers: {
        Query: {
          thing: (_: unknown, { n }: { n?: number }) => ({ id: 't', n, inner: { a: 1, b: 2 } }),
          both: () => [
            { __typename: 'One', id: '1', v: 0 },
            { __typename: 'Two', id: '2', w: false },
          ],
          shared: () => ({ left: 1 }),
        },
        Thing: reference,
      },
    },
    {
      name: 'more',
      typeDefs: `${LINK}
        type Query { shared: Shared @shareable }
        type Thing @key(fields: "id") {
          id: ID!
          plus(n: Int): Int
          inner: Inner @external
          sum: Int @requires(fields: "inner { a b }")
        }
        type Inner { a: Int @external, b: Int @external }
        type Shared @shareable { right: Int }`,
      resolvers: {
        Query: { shared: () => ({ right: 2 }) },
        Thing: { ...reference, plus: (_: unknown, { n }: { n: number }) => n + 1 },
      },
    },
  ])

  it('a client may name a variable representations', async () => {
    const source = 'query ($representations: Int = 4) { thing(n: $representations) { n plus(n: $representations) } }'
    expect(await things.ours(source)).toEqual({ data: { thing: { n: 4, plus: 5 } } })
    expect(await things.ours(source, { representations: 6 })).toEqual({ data: { thing: { n: 6, plus: 7 } } })
    expect((await things.theirs(source)).errors).toHaveLength(1)
  })

  it('0 and false are kept where fields of different types share a response name', async () => {
    const source = '{ both { ... on One { x: v } ... on Two { x: w } } }'
    expect(await things.ours(source)).toEqual({ data: { both: [{ x: 0 }, { x: false }] } })
    expect((await things.theirs(source)).data).toEqual({ both: [{ x: 0 }, { x: null }] })
  })

  it('a value from one subgraph is not replaced by null from another', async () => {
    things.override((service) => (service === 'more' ? { data: { shared: null }, errors: [] } : undefined))
    const answer = await things.ours('{ shared { left right } }')
    things.override(() => undefined)
    expect(answer).toEqual({ data: { shared: { left: 1, right: null } } })
  })

  it('a missing required field is not sent as null', async () => {
    things.override((service) =>
      service === 'things'
        ? { data: { thing: { __typename: 'Thing', id: 't', inner: { a: 1 } } }, errors: [] }
        : undefined,
    )
    things.sent.length = 0
    const answer = await things.ours('{ thing { sum } }')
    things.override(() => undefined)
    expect(answer.data).toEqual({ thing: { sum: null } })
    expect(things.sent.map(({ service }) => service)).toEqual(['things'])
  })

  it('an ID sent as a number becomes a string, and a number too large for Int becomes null', async () => {
    const data = { thing: { id: 7, n: 2 ** 31 } }
    things.override((service) => (service === 'things' ? { data, errors: [] } : undefined))
    const answer = await things.ours('{ thing { id n } }')
    things.override(() => undefined)
    expect(answer.data).toEqual({ thing: { id: '7', n: null } })
    expect(answer.errors).toMatchObject([{ path: ['thing', 'n'], extensions: { code: 'SUBGRAPH_INVALID_ANSWER' } }])
  })

  it('if one part of a root field fails, the error is at the fields of that part', async () => {
    const down = { failure: 'unavailable', cause: '' } as const
    books.override((service) => (service === 'stock' ? down : undefined))
    const source = '{ library { name size rooms } }'
    const [ours, theirs] = [await books.ours(source), await books.theirs(source)]
    books.override(() => undefined)
    expect(ours.data).toEqual({ library: { name: 'Old', size: 3, rooms: null } })
    expect([ours, theirs].map(({ errors }) => errors?.map(({ path }) => path))).toEqual([
      [['library', 'rooms']],
      [['library']],
    ])
  })

  it('a field that was not fetched because its requirement failed has an error too', async () => {
    const down = { failure: 'unavailable', cause: '' } as const
    books.override((service, { query }) => (service === 'catalog' && query.includes('_entities') ? down : undefined))
    const source = '{ latest { book { weight postage } } }'
    const [ours, theirs] = [await books.ours(source), await books.theirs(source)]
    books.override(() => undefined)
    expect(ours.data).toEqual({ latest: [{ book: { weight: null, postage: null } }] })
    expect([ours, theirs].map(({ errors }) => errors?.map(({ path }) => path?.join('.')))).toEqual([
      ['latest.0.book.weight', 'latest.0.book.postage'],
      ['latest'],
    ])
  })

  const pets = bothExecutors([
    {
      name: 'kennel',
      typeDefs: `${LINK}
        type Query { pet: Dog @shareable, pets: [[Dog]] @shareable }
        interface Pet { id: ID }
        type Dog implements Pet @shareable { id: ID, mother: Dog, barks: Boolean }`,
      resolvers: {
        Query: {
          pet: () => ({ barks: true, mother: { barks: false } }),
          pets: () => [[null, { barks: true }]],
        },
      },
    },
    {
      name: 'zoo',
      typeDefs: `${LINK}
        type Query { pet: Pet @shareable, pets: [[Pet]] @shareable }
        interface Pet { id: ID }
        type Dog implements Pet @shareable { id: ID, mother: Pet, barks: Boolean }`,
      resolvers: {},
    },
  ])

  it('a shared field has the object type of the subgraph that answers, even if it is abstract in others', async () => {
    const source = '{ pet { ... on Dog { barks mother { ... on Dog { barks } } } } pets { ... on Dog { barks } } }'
    const data = { pet: { barks: true, mother: { barks: false } }, pets: [[null, { barks: true }]] }
    expect(await pets.ours(source)).toEqual({ data })
  })

  it.each([
    [
      'introspection',
      '{ ... @include(if: true) { __schema { queryType { name } } } hours }',
      { __schema: { queryType: { name: 'Query' } }, hours: '9-17' },
    ],
    [
      'nothing but introspection',
      '{ ...f } fragment f on Query { __type(name: "Book") { name } }',
      { __type: { name: 'Book' } },
    ],
  ])('%s may be selected in a fragment', async (_, source, data) => {
    expect(await books.ours(source)).toEqual({ data })
  })

  it('an entity is fetched even if a requirement of an excluded field is missing', async () => {
    const source = 'query ($q: Boolean!) { books(first: 1) { copies postage @include(if: $q) } }'
    expect(await books.ours(source, { q: false })).toEqual({ data: { books: [{ copies: 1 }] } })
    expect(await books.theirs(source, { q: false })).toEqual({ data: { books: [{ copies: null }] } })
    expect(await books.ours(source, { q: true })).toEqual({ data: { books: [{ copies: 1, postage: 600 }] } })
  })

  it('a field excluded by a literal condition is not fetched', async () => {
    books.sent.length = 0
    expect(await books.ours('query ($n: Int) { books(first: $n) { id copies @skip(if: true) } }')).toMatchObject({
      data: {},
    })
    expect(books.sent.map(({ service }) => service)).toEqual(['catalog'])
  })
})

describe('fragments on types that no object has both of', () => {
  const garage = bothExecutors([
    {
      name: 'garage',
      typeDefs: `${LINK}
        type Query { things: [Thing], any: Any }
        interface Thing { id: ID } interface Vehicle { wheels: Int } interface Brand { name: String }
        union Any = Car | Firm
        type Car implements Thing & Vehicle @key(fields: "id") { id: ID, wheels: Int }
        type Firm implements Thing & Brand { id: ID, name: String }`,
      resolvers: {
        Query: {
          things: () => [
            { __typename: 'Car', id: '1', wheels: 4 },
            { __typename: 'Firm', id: '2' },
          ],
          any: () => ({ __typename: 'Car' }),
        },
      },
    },
    {
      name: 'prices',
      typeDefs: `${LINK} type Car @key(fields: "id") { id: ID, price: Int }`,
      resolvers: { Car: { ...reference, price: () => 9 } },
    },
  ])

  it('are left out, and what is beside them is answered', async () => {
    const never = '... on Brand { ... on Thing { ... on Vehicle { wheels } } }'
    expect(await garage.ours(`{ things { ... on Car { price } ${never} } }`)).toEqual({
      data: { things: [{ price: 9 }, {}] },
    })
    expect(await garage.ours(`{ things { ${never} } any { ... on Vehicle { ... on Firm { id } } } }`)).toEqual({
      data: { things: [{}, {}], any: {} },
    })
  })
})
