import { describe, expect, it } from '@jest/globals'
import { graphql } from 'graphql'
import { MAX_REPRESENTATIONS } from './list-arguments.ts'
import { subgraphSchema } from './schema.ts'

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
const SDL = `${LINK}
  enum Colour { RED WHITE }
  type Shelf @key(fields: "id") { id: ID! roses(of: [Colour!]): [Colour!] }
  type Query { shelf: Shelf roses(of: [Colour!]! = [RED]): [Colour!] }
  interface Failure { message: String! }
  type Lost implements Failure { message: String! }
  scalar DateTime
  scalar Cursor`

const roses = (_: unknown, { of }: { of?: string[] | null }) => of ?? ['WHITE']
const schema = subgraphSchema([SDL], {
  Query: { shelf: () => ({ id: '1' }), roses },
  Shelf: { roses, __resolveReference: ({ id }: { id: string }) => ({ id }) },
})

async function ask(source: string, variableValues: Record<string, unknown> = {}) {
  const { data, errors } = await graphql({ schema, source, variableValues })
  return { data: JSON.parse(JSON.stringify(data)), errors: errors?.map((e) => [e.extensions.code, e.message]) }
}

describe('a list argument', () => {
  it('reaches its resolver as a set, or as it was given: null, absent, by default', async () => {
    const { data } = await ask('{ shelf { a: roses(of: [RED, RED]) b: roses(of: null) c: roses } d: roses }')
    expect(data).toEqual({ shelf: { a: ['RED'], b: ['WHITE'], c: ['WHITE'] }, d: ['RED'] })
  })

  it('has at most as many values as its enum, in literals and variables', async () => {
    const refused = [['BAD_USER_INPUT', 'of: at most 2 values.']]
    expect((await ask('{ roses(of: [RED, WHITE, RED]) }')).errors).toEqual(refused)
    const query = 'query ($of: [Colour!]!) { a: roses(of: $of) shelf { roses(of: $of) } }'
    const of = Array(18_000).fill('RED')
    expect((await ask(query, { of })).errors).toEqual([...refused, ...refused])
  })

  it('of another type is a mistake that stops the start', () => {
    const ids = `${SDL} extend type Query { some(ids: [ID!]): Int }`
    expect(() => subgraphSchema([ids], {})).toThrow('The list argument Query.some(ids) has no maximum.')
  })
})

it('resolves a bounded number of entities at once', async () => {
  const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Shelf { id } } }'
  const of = Array.from({ length: MAX_REPRESENTATIONS + 1 }, () => ({ __typename: 'Shelf', id: '1' }))
  expect((await ask(query, { of })).errors).toEqual([['BAD_USER_INPUT', 'representations: at most 12500 values.']])
  expect((await ask(query, { of: of.slice(0, 2) })).data).toEqual({ _entities: [{ id: '1' }, { id: '1' }] })
})
