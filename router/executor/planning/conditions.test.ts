import { beforeEach, expect, it } from '@jest/globals'
import { bothExecutors, LINK, reference } from '../testing/both-executors.ts'

const houses = bothExecutors([
  {
    name: 'houses',
    typeDefs: `${LINK}
      type Query { house: House }
      type House @key(fields: "id") @context(name: "house") { id: ID!, zone: String!, level: String, lamps: [Lamp] }
      type Lamp @key(fields: "id") { id: ID! }`,
    resolvers: { Query: { house: () => ({ id: 'h', zone: 'north', level: 'top', lamps: [{ id: '1' }] }) } },
  },
  {
    name: 'lamps',
    typeDefs: `${LINK}
      type House @key(fields: "id") @context(name: "here") { id: ID!, zone: String! @external, level: String @external }
      type Lamp @key(fields: "id") {
        id: ID!
        glow(by: String @fromContext(field: "$here { zone }")): String
        warm(at: String @fromContext(field: "$here { level }")): String
      }`,
    resolvers: {
      House: reference,
      Lamp: {
        ...reference,
        glow: (_: unknown, { by }: { by: string }) => `glow ${by}`,
        warm: (_: unknown, { at }: { at: string }) => `warm ${at}`,
      },
    },
  },
])
beforeEach(() => {
  houses.sent.length = 0
})

it.each([true, false])(
  'a field with an argument from a context is fetched whether or not another one is excluded (%s)',
  async (r) => {
    const source = 'query ($r: Boolean!) { house { lamps { glow @skip(if: $r) warm } } }'
    const lamp = { ...(r ? {} : { glow: 'glow north' }), warm: 'warm top' }
    expect(await houses.ours(source, { r })).toEqual({ data: { house: { lamps: [lamp] } } })
  },
)

it('an object is answered even if all its fields are excluded', async () => {
  const source = 'query ($r: Boolean!) { house @include(if: $r) { zone @skip(if: $r) } }'
  expect(await houses.ours(source, { r: true })).toEqual({ data: { house: {} } })
  expect(await houses.ours(source, { r: false })).toEqual({ data: {} })
  expect(houses.sent).toHaveLength(1)
  const deep = 'query ($p: Boolean!, $r: Boolean!) { house @skip(if: $p) { ... on House @include(if: $r) { zone } } }'
  expect(await houses.ours(deep, { p: false, r: false })).toEqual({ data: { house: {} } })
})
