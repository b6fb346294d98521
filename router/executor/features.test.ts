import { beforeEach, describe, expect, it } from '@jest/globals'
import { media } from '../testing/media.ts'
import { bothExecutors, LINK, reference } from './testing/both-executors.ts'

const shows = bothExecutors(media)
const worlds = bothExecutors([
  {
    name: 'worlds',
    typeDefs: `${LINK}
      type Query { world: World, worlds: [World!]!, first: Place }
      interface Place { id: ID!, people: [Person!]!, name: String! }
      type World implements Place @key(fields: "id") @context(name: "place") { id: ID!, name: String!, people: [Person!]! }
      type Person @key(fields: "id") { id: ID!, greeting(from: String @fromContext(field: "$place { name }")): String }`,
    resolvers: {
      Query: { world: () => ({ id: 'w1' }), worlds: () => [{ id: 'w1' }, { id: 'w2' }], first: () => null },
      World: { name: ({ id }: { id: string }) => `world ${id}`, people: () => [{ id: 'p1' }, { id: 'p2' }] },
      Person: { ...reference, greeting: ({ id }: { id: string }, { from }: { from: string }) => `${id} of ${from}` },
    },
  },
  {
    name: 'ages',
    typeDefs: `${LINK} type Person @key(fields: "id") { id: ID!, age: Int, mother: Person }`,
    resolvers: { Person: { ...reference, age: () => 30, mother: () => ({ id: 'p9' }) } },
  },
])
beforeEach(() => {
  for (const both of [shows, worlds]) {
    both.override(() => undefined)
    both.sent.length = 0
  }
})

describe('a condition on a variable', () => {
  it.each([
    ['@include', true, ['ratings', 'shows']],
    ['@include', false, ['shows']],
    ['@skip', true, ['shows']],
    ['@skip', false, ['ratings', 'shows']],
  ])('%s(if: %s) decides which subgraphs are called', async (directive, value, asked) => {
    const source = `query ($v: Boolean!) { best ${directive}(if: $v) { id } shows { id stars ${directive}(if: $v) } }`
    const answer = await shows.ours(source, { v: value })
    expect(answer).toEqual(await shows.theirs(source, { v: value }))
    expect(Object.keys(answer.data ?? {})).toEqual(asked.length > 1 ? ['best', 'shows'] : ['shows'])
    shows.sent.length = 0
    await shows.ours(source, { v: value })
    expect([...new Set(shows.sent.map(({ service }) => service))].sort()).toEqual(asked)
  })
})

describe('@context', () => {
  it('gives each entity the argument of its surrounding object, even if equal entities have different ones', async () => {
    const answer = await worlds.ours('{ worlds { people { greeting age } } name: world { name } }')
    const people = (world: string) => ['p1', 'p2'].map((id) => ({ greeting: `${id} of world ${world}`, age: 30 }))
    expect(answer).toEqual({
      data: { worlds: [{ people: people('w1') }, { people: people('w2') }], name: { name: 'world w1' } },
    })
    // There is one request for each different argument.
    expect(worlds.sent.filter(({ body }) => body.includes('contextualArgument')).length).toBe(2)
  })

  it('does not share what is below such entities', async () => {
    const answer = await worlds.ours('{ worlds { people { greeting mother { id greeting } } } }')
    const people = (world: string) =>
      ['p1', 'p2'].map((id) => ({ greeting: `${id} of ${world}`, mother: { id: 'p9', greeting: `p9 of ${world}` } }))
    expect(answer).toEqual({ data: { worlds: [{ people: people('world w1') }, { people: people('world w2') }] } })
  })
})

describe('a field that leads back to the query', () => {
  const doors = bothExecutors([
    {
      name: 'doors',
      typeDefs: `${LINK}
        type Query { ways: [Way], doors: [Door] }
        union Way = Door | Wall
        type Door { home: Query }
        type Wall { height: Int }`,
      resolvers: {
        Query: { ways: () => [{ __typename: 'Wall', height: 2 }], doors: () => [{ home: {} }, { home: {} }] },
      },
    },
    {
      name: 'users',
      typeDefs: `${LINK} type Query { me: String }`,
      resolvers: {
        Query: {
          me: () => {
            throw new Error('Nobody.')
          },
        },
      },
    },
  ])

  it('is not followed where no object has it', async () => {
    expect(await doors.ours('{ ways { ... on Door { home { me } } ... on Wall { height } } }')).toEqual({
      data: { ways: [{ height: 2 }] },
    })
    expect(doors.sent.map(({ service }) => service)).toEqual(['doors'])
  })

  it('has its error at every object', async () => {
    const { data, errors } = await doors.ours('{ doors { home { me } } }')
    expect(data).toEqual({ doors: Array(2).fill({ home: { me: null } }) })
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['doors.0.home.me', 'doors.1.home.me'])
  })
})

describe('@interfaceObject', () => {
  it('a type that stays unknown is null with an error, though nobody reported one', async () => {
    shows.override((service) => (service === 'shows' ? { data: { _entities: [null] }, errors: [] } : undefined))
    const answer = await shows.ours('{ best { __typename id } }')
    expect(answer.data).toEqual({ best: null })
    expect(answer.errors).toMatchObject([{ path: ['best', 0], extensions: { code: 'SUBGRAPH_INVALID_ANSWER' } }])
  })

  it('the fields of the interface are answered where its type is not asked for', async () => {
    const answer = await shows.ours('{ best { id stars } }')
    expect(answer).toEqual({ data: { best: [{ id: 'm1', stars: 4 }] } })
    expect(shows.sent.map(({ service }) => service)).toEqual(['ratings'])
  })

  it('an object of unknown type is null with an error where the client asks for something of some types only', async () => {
    shows.override((service) => (service === 'shows' ? { failure: 'unavailable', cause: '' } : undefined))
    const source = 'query ($no: Boolean!) { best { id ... on Movie { id stars @skip(if: $no) } } }'
    expect(await shows.ours(source, { no: true })).toMatchObject({ data: { best: [{ id: 'm1' }] } })
    const answer = await shows.ours(source, { no: false })
    expect(answer.data).toEqual({ best: null })
    expect(answer.errors).toMatchObject([{ path: ['best', 0], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }])
  })

  it('the type itself is never replaced by the interface', async () => {
    shows.override((service, { query }) =>
      service === 'ratings' && query.includes('_entities')
        ? { data: { _entities: [{ __typename: 'Show', stars: 1 }] }, errors: [] }
        : undefined,
    )
    const answer = await shows.ours('{ shows(kind: SERIES) { __typename stars } }')
    expect(answer).toEqual({ data: { shows: [{ __typename: 'Series', stars: 1 }] } })
  })
})

describe('a subscription with the data of an event', () => {
  const source = 'subscription { changed { id title stars } }'
  const live = bothExecutors([
    {
      name: 'shows',
      typeDefs: `${LINK} type Query { show: Show } type Subscription { changed: Show } type Show @key(fields: "id") { id: ID!, title: String! }`,
      resolvers: { Show: reference },
    },
    {
      name: 'ratings',
      typeDefs: `${LINK} type Show @key(fields: "id") { id: ID!, stars: Int }`,
      resolvers: { Show: { ...reference, stars: () => 3 } },
    },
  ])

  it('is completed with fields of other subgraphs', async () => {
    const data = { changed: { __typename: 'Show', id: 's1', title: 'Heimat' } }
    const answer = await live.ours(source, {}, null, { data, failures: [] })
    expect(answer).toEqual({ data: { changed: { id: 's1', title: 'Heimat', stars: 3 } } })
    expect(live.sent.map(({ service }) => service)).toEqual(['ratings'])
  })

  it('reports the failures that came with the event', async () => {
    const failures = [{ path: ['changed', 'title'], message: 'No title.', code: 'SUBGRAPH_ERROR', service: 'shows' }]
    const answer = await live.ours(source, {}, null, {
      data: { changed: { __typename: 'Show', id: 's1', title: null } },
      failures,
    })
    expect(answer).toEqual({
      data: { changed: null },
      errors: [
        { message: 'No title.', path: ['changed', 'title'], extensions: { code: 'SUBGRAPH_ERROR', service: 'shows' } },
      ],
    })
  })
})
