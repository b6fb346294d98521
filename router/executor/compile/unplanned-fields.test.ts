import { beforeEach, describe, expect, it } from '@jest/globals'
import { bothExecutors, LINK, reference } from '../testing/both-executors.ts'

const coin = { __typename: 'Coin', worth: 5 }
const letter = { __typename: 'Letter', text: 'Dear', with: coin, seal: { colour: 'red', maker: { id: 'm1' } } }
const feather = { __typename: 'Feather', bird: 'owl' }

/** Two subgraphs share what is in a chest, and each puts something into it that the other has never heard of. */
const chests = bothExecutors([
  {
    name: 'attic',
    typeDefs: `${LINK}
      type Query { attic: Chest, ghost: Ghost }
      type Chest @key(fields: "id") { id: ID!, inside: Inside @shareable }
      type Inside @shareable { things(first: Int): [Thing!]! }
      union Thing = Coin | Letter
      type Coin @shareable { worth: Int }
      type Letter { text(upper: Boolean): String, seal: Seal, with: Thing }
      type Seal { colour: String, maker: Maker }
      type Maker @key(fields: "id") { id: ID! }
      interface Ghost @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: { attic: () => ({ id: 'c1' }), ghost: () => ({ id: 'g1' }) },
      Chest: { ...reference, inside: () => ({ things: [coin, letter] }) },
      Letter: {
        text: ({ text }: { text: string }, { upper }: { upper?: boolean }) => (upper ? text.toUpperCase() : text),
      },
    },
  },
  {
    name: 'cellar',
    typeDefs: `${LINK}
      type Query { cellar: Chest, word: String }
      type Chest @key(fields: "id") { id: ID!, inside: Inside @shareable }
      type Inside @shareable { things(first: Int): [Thing!]! }
      union Thing = Coin | Feather
      type Coin @shareable { worth: Int }
      type Feather { bird: String }
      type Maker @key(fields: "id") { id: ID!, name: String }
      type Ghost @key(fields: "id", resolvable: false) @interfaceObject { id: ID!, howl: String }`,
    resolvers: {
      Query: { cellar: () => ({ id: 'c1' }), word: () => 'hush' },
      Chest: { ...reference, inside: () => ({ things: [coin, feather] }) },
      Maker: { ...reference, name: ({ id }: { id: string }) => `maker ${id}` },
    },
  },
])
beforeEach(() => {
  chests.sent.length = 0
})

describe('a member of a union that one of the subgraphs sharing the field does not know', () => {
  it('has its fields where it comes from the one that does', async () => {
    const things =
      '{ inside { things { __typename ... on Coin { worth } ... on Letter { text } ... on Feather { bird } } } }'
    expect(await chests.ours(`{ attic ${things} cellar ${things} }`)).toEqual({
      data: {
        attic: { inside: { things: [coin, { __typename: 'Letter', text: 'Dear' }] } },
        cellar: { inside: { things: [coin, feather] } },
      },
    })
    expect(chests.sent.map(({ service }) => service).sort()).toEqual(['attic', 'cellar'])
  })

  it('has what is in them, without what can not be there', async () => {
    const source =
      '{ attic { inside { things { ... on Letter { with { ... on Feather { bird } ... on Coin { worth } } } } } } }'
    const things = [{}, { with: { worth: 5 } }]
    expect(await chests.ours(source)).toEqual({ data: { attic: { inside: { things } } } })
  })

  it('has them with arguments, aliases, variables, fragments and what is below', async () => {
    const source = `query ($up: Boolean, $not: Boolean!) { attic { inside { things(first: 9) {
      ... on Letter { loud: text(upper: $up) text ...Sealed } ... on Letter @skip(if: $not) { again: text } } } } }
      fragment Sealed on Letter { seal { __typename colour } }`
    const things = [{}, { loud: 'DEAR', text: 'Dear', seal: { __typename: 'Seal', colour: 'red' } }]
    const answer = await chests.ours(source, { up: true, not: true })
    expect(answer).toEqual({ data: { attic: { inside: { things } } } })
  })
})

it('tells of a field that nobody could be asked for, where it is met', async () => {
  const things = '{ things { ... on Letter { text mark: seal { maker { name } } } ... on Feather { bird } } }'
  const answer = await chests.ours(
    `query ($no: Boolean!) { attic { inside ${things} }
    ghost @include(if: $no) { howl } spirit: ghost @skip(if: $no) { howl } word }`,
    { no: false },
  )
  expect(answer).toEqual({
    data: { attic: { inside: { things: [{}, { text: 'Dear', mark: null }] } }, spirit: null, word: 'hush' },
    errors: expect.any(Array),
  })
  expect(answer.errors?.map(({ path, extensions }) => [path?.join('.'), extensions?.code])).toEqual([
    ['spirit', 'OPERATION_NOT_PLANNED'],
    ['attic.inside.things.1.mark', 'OPERATION_NOT_PLANNED'],
  ])
})

it('refuses an operation of which the plan brings nothing at all', async () => {
  await expect(chests.ours('{ ghost { howl } }')).rejects.toThrow('The plan brings nothing')
})

it.each([
  ['only asks what the router itself knows', '{ __typename }'],
  ['leaves out all it asks for', '{ ghost @include(if: false) { howl } }'],
])('does not take it for that if an operation %s', async (_, source) => {
  expect(await chests.ours(source)).not.toHaveProperty('errors')
})
