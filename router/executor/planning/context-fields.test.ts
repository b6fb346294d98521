import { beforeEach, describe, expect, it } from '@jest/globals'
import { bothExecutors, LINK, reference } from '../testing/both-executors.ts'

const at = (shop: string) => ({ zip: Number(shop), code: `code ${shop}`, next: { code: `next ${shop}` } })
const shop = (id: string) => ({ __typename: 'Shop', id, at: at(id), boxes: [{ id: `${id}a` }, { id: `${id}b` }] })
/** Answers the argument. */
const argument = (name: string) => (_: unknown, args: Record<string, unknown>) => args[name] ?? null

/** Boxes take arguments from fields inside their shop's `at`. */
const shops = bothExecutors([
  {
    name: 'shops',
    typeDefs: `${LINK}
      type Query { shop: Shop, places: [Place!]! }
      interface Place { id: ID!, boxes: [Box!]! }
      type Shop implements Place @key(fields: "id") { id: ID!, at: At, boxes: [Box!]!, main: Box }
      type Stall implements Place @key(fields: "id") { id: ID!, site: At, boxes: [Box!]! }
      type At { zip: Int, code: String, next: At }
      type Box @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: {
        shop: () => shop('1'),
        places: () => [shop('1'), { ...shop('7'), __typename: 'Stall', site: at('8') }, shop('2')],
      },
      Shop: { __resolveReference: ({ id }: { id: string }) => shop(id), main: ({ id }: { id: string }) => ({ id }) },
    },
  },
  {
    name: 'boxes',
    typeDefs: `${LINK}
      type Query { nearest: Shop }
      type Shop @key(fields: "id") @context(name: "place") { id: ID!, at: At @external }
      type Stall @key(fields: "id") @context(name: "place") { id: ID!, site: At @external }
      type At { zip: Int @external, code: String @external, next: At @external }
      type Box @key(fields: "id") {
        id: ID!
        zip(of: Int @fromContext(field: "$place ... on Shop { at { zip } } ... on Stall { site { zip } }")): Int
        code(of: String @fromContext(field: "$place ... on Shop { at { code } } ... on Stall { site { code } }")): String
        next(of: String @fromContext(field: "$place ... on Shop { at { next { code } } } ... on Stall { site { next { code } } }")): String
      }`,
    resolvers: {
      Query: { nearest: () => ({ id: '3' }) },
      Shop: reference,
      Stall: reference,
      Box: { ...reference, zip: argument('of'), code: argument('of'), next: argument('of') },
    },
  },
])
beforeEach(() => {
  shops.sent.length = 0
})

const boxOf = (id: string) => ({ zip: Number(id), code: `code ${id}`, next: `next ${id}` })

describe('arguments from fields inside one object of a context', () => {
  it('are all passed', async () => {
    const box = boxOf('1')
    expect(await shops.ours('{ shop { boxes { zip code next } } }')).toEqual({ data: { shop: { boxes: [box, box] } } })
    expect((await shops.theirs('{ shop { boxes { zip code next } } }')).data).not.toEqual({
      shop: { boxes: [box, box] },
    })
  })

  it('are passed by the type of the object, and to each member of a list its own', async () => {
    const boxes = (id: string) => ({ boxes: Array(2).fill(boxOf(id)) })
    const data = { places: [boxes('1'), boxes('8'), boxes('2')] }
    expect(
      await shops.ours(`{ places { ... on Shop { ...Boxes } ... on Stall { ...Boxes } } }
      fragment Boxes on Place { boxes { next zip code } }`),
    ).toMatchObject({ data })
  })

  it('are passed if the object is an entity that another subgraph brings', async () => {
    const answer = await shops.ours('{ nearest { main { code zip next } } }')
    expect(answer).toEqual({ data: { nearest: { main: boxOf('3') } } })
  })

  it('do not disturb what the client selects there', async () => {
    const source = '{ shop { at { code: zip next { zip: code } } x: at { code } boxes { zip code } } }'
    const box = { zip: 1, code: 'code 1' }
    expect(await shops.ours(source)).toEqual({
      data: { shop: { at: { code: 1, next: { zip: 'next 1' } }, x: { code: 'code 1' }, boxes: [box, box] } },
    })
  })

  it('cost no request', async () => {
    await shops.ours('{ shop { boxes { zip code next } } }')
    expect(shops.sent.map(({ service }) => service)).toEqual(['shops', 'boxes'])
  })
})

/** Boxes take arguments from their shop, whose fields are in a subgraph of their own. */
const apart = bothExecutors([
  {
    name: 'shops',
    typeDefs: `${LINK}
      type Query { shop: Shop, names: [String] }
      type Shop @key(fields: "id") { id: ID!, at: At @shareable, boxes: [Box!]! }
      type At { zip: Int }
      type Box @key(fields: "id") { id: ID! }`,
    resolvers: { Query: { shop: () => shop('1') } },
  },
  {
    name: 'names',
    typeDefs: `${LINK}
      type Shop @key(fields: "id") { id: ID!, name: String, at: At @shareable }
      type At { code: String }`,
    resolvers: { Shop: { __resolveReference: ({ id }: { id: string }) => ({ ...shop(id), name: `name ${id}` }) } },
  },
  {
    name: 'boxes',
    typeDefs: `${LINK}
      type Shop @key(fields: "id") @context(name: "shop") { id: ID!, name: String @external, at: At @external }
      type At { zip: Int @external, code: String @external }
      type Box @key(fields: "id") {
        id: ID!
        size: Int
        name(of: String @fromContext(field: "$shop { name }")): String
        zip(of: Int @fromContext(field: "$shop { at { zip } }")): Int
        code(of: String @fromContext(field: "$shop { at { code } }")): String
      }`,
    resolvers: {
      Shop: reference,
      Box: {
        ...reference,
        size: () => 5,
        name: (_: unknown, { of = 'nobody' }: { of?: string }) => of,
        zip: argument('of'),
        code: argument('of'),
      },
    },
  },
  {
    name: 'sizes',
    typeDefs: `${LINK} type Box @key(fields: "id") { id: ID!, weight: Int }`,
    resolvers: { Box: { ...reference, weight: () => 7 } },
  },
])

describe('an argument from a context', () => {
  it('is passed if another subgraph brings it', async () => {
    expect(await apart.ours('{ shop { boxes { name } } }')).toEqual({
      data: { shop: { boxes: Array(2).fill({ name: 'name 1' }) } },
    })
  })

  it('is passed beside another, and one from another subgraph', async () => {
    const box = { weight: 7, zip: 1, code: 'code 1', name: 'name 1' }
    expect(await apart.ours('{ shop { boxes { weight zip code name } } }')).toEqual({
      data: { shop: { boxes: [box, box] } },
    })
  })

  it('is not left out if its subgraph is down: the field is not fetched, but the others are', async () => {
    apart.override((service) => (service === 'names' ? { failure: 'unavailable', cause: '' } : undefined))
    const { data, errors } = await apart.ours('{ shop { boxes { name zip size } } }')
    const box = { name: null, zip: 1, size: 5 }
    expect(data).toEqual({ shop: { boxes: [box, box] } })
    const extensions = { code: 'SUBGRAPH_UNAVAILABLE', service: 'names' }
    expect(errors).toMatchObject([0, 1].map((index) => ({ path: ['shop', 'boxes', index, 'name'], extensions })))
  })

  it('is not left out if the object is not known there, which is an error', async () => {
    apart.override((service) => (service === 'names' ? { data: { _entities: [null] }, errors: [] } : undefined))
    const { data, errors } = await apart.ours('{ shop { boxes { name zip } } }')
    expect(data).toEqual({ shop: { boxes: Array(2).fill({ name: null, zip: 1 }) } })
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['shop.boxes.0.name', 'shop.boxes.1.name'])
  })
})
