import { beforeEach, describe, expect, it } from '@jest/globals'
import { bothExecutors, LINK, reference } from '../testing/both-executors.ts'

const coin = { __typename: 'Coin', worth: 5 }
const letter = { __typename: 'Letter', text: 'Dear', with: coin, seal: { colour: 'red', maker: { id: 'm1' } } }
const feather = { __typename: 'Feather', bird: 'owl' }

/** Two subgraphs share a chest's contents; each knows a type of the interface that the other does not. */
const chests = bothExecutors([
  {
    name: 'attic',
    typeDefs: `${LINK}
      type Query { attic: Chest, ghost: Ghost }
      type Chest @key(fields: "id") { id: ID!, inside: Inside @shareable }
      type Inside @shareable { things(first: Int): [Thing!]! }
      interface Thing { worth: Int }
      type Coin implements Thing @shareable { worth: Int }
      type Letter implements Thing { worth: Int @shareable, text(upper: Boolean): String, seal: Seal, with: Thing }
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
      interface Thing { worth: Int }
      type Coin implements Thing @shareable { worth: Int }
      type Feather implements Thing { worth: Int @shareable, bird: String }
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

describe('a type of an interface that only one of the subgraphs sharing a field knows', () => {
  it('has its fields where that subgraph answers', async () => {
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

  it('has nested selections, without impossible types', async () => {
    const source =
      '{ attic { inside { things { ... on Letter { with { ... on Feather { bird } ... on Coin { worth } } } } } } }'
    const things = [{}, { with: { worth: 5 } }]
    expect(await chests.ours(source)).toEqual({ data: { attic: { inside: { things } } } })
  })

  it('keeps arguments, aliases, variables, fragments and nested fields', async () => {
    const source = `query ($up: Boolean, $not: Boolean!) { attic { inside { things(first: 9) {
      ... on Letter { loud: text(upper: $up) text ...Sealed } ... on Letter @skip(if: $not) { again: text } } } } }
      fragment Sealed on Letter { seal { __typename colour } }`
    const things = [{}, { loud: 'DEAR', text: 'Dear', seal: { __typename: 'Seal', colour: 'red' } }]
    const answer = await chests.ours(source, { up: true, not: true })
    expect(answer).toEqual({ data: { attic: { inside: { things } } } })
  })
})

describe('a member of a union that only one of the subgraphs sharing a field knows', () => {
  const actions = [
    { __typename: 'Common', all: 'all' },
    { __typename: 'OnlyA', a: 'a', must: 'must' },
  ]
  const shared = (name: string, member: string) => ({
    name,
    typeDefs: `${LINK}
      type Query { root${name}: Container, wrapper${name}: Wrapper }
      type Container @key(fields: "id") { id: ID!, wrapper: Wrapper @shareable }
      type Wrapper { actions: [Action]! @shareable }
      union Action = Common | ${member}
      type Common @shareable { all: String }
      type ${member} { ${name.toLowerCase()}: String${name === 'A' ? ', must: String!' : ''} }`,
    resolvers: {
      Query: { rootA: () => ({ id: '1' }), wrapperB: () => ({ actions: [{ __typename: 'OnlyB', b: 'b' }] }) },
      Container: { ...reference, wrapper: () => ({ actions }) },
    },
  })
  const containers = bothExecutors([shared('A', 'OnlyA'), shared('B', 'OnlyB')])
  const inside = '{ actions { __typename ... on Common { all } ... on OnlyA { a } ... on OnlyB { b } } }'

  it('has no fields, without an error, where each could be asked', async () => {
    expect(await containers.ours(`{ rootA { wrapper ${inside} } }`)).toEqual({
      data: { rootA: { wrapper: { actions: [actions[0], { __typename: 'OnlyA', a: null }] } } },
    })
  })

  it('has its fields where only that one can be', async () => {
    expect(await containers.ours(`{ wrapperB ${inside} }`)).toEqual({
      data: { wrapperB: { actions: [{ __typename: 'OnlyB', b: 'b' }] } },
    })
  })

  it('has an error at a field that must not be null', async () => {
    expect(await containers.ours('{ rootA { wrapper { actions { ... on OnlyA { must } } } } }')).toMatchObject({
      data: { rootA: { wrapper: { actions: [{}, null] } } },
      errors: [
        {
          path: ['rootA', 'wrapper', 'actions', 1, 'must'],
          extensions: { code: 'OPERATION_NOT_PLANNED' },
        },
      ],
    })
  })
})

it('a field that no subgraph can answer has an error at each object that lacks it', async () => {
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

it('an operation whose plan fetches none of its fields is refused', async () => {
  await expect(chests.ours('{ ghost { howl } }')).rejects.toThrow('The plan fetches none of the selected fields.')
})

it.each([
  ['selects only what the router itself answers', '{ __typename }'],
  ['excludes all its fields', '{ ghost @include(if: false) { howl } }'],
])('an operation is not refused if it %s', async (_, source) => {
  expect(await chests.ours(source)).not.toHaveProperty('errors')
})
