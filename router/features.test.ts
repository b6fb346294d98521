import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { media } from './testing/media.ts'
import { startTestRouter } from './testing/router.ts'

let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter(media)
})
afterAll(() => router.close())
beforeEach(() => {
  for (const { name } of media) router.subgraph(name).behave('right')
})

describe('rarer features of Federation 2', () => {
  it.each<[string, string, object, object]>([
    [
      '@interfaceObject, from the interface',
      '{ shows { __typename title stars ... on Movie { minutes full: stars(outOf: 10) } } }',
      {},
      {
        shows: [
          { __typename: 'Series', title: 'Heimat', stars: 4 },
          { __typename: 'Movie', title: 'M', stars: 4, minutes: 117, full: 8 },
        ],
      },
    ],
    [
      '@interfaceObject, from the object that stands for the interface',
      '{ best { __typename id title ... on Movie { minutes } } }',
      {},
      { best: [{ __typename: 'Movie', id: 'm1', title: 'M', minutes: 117 }] },
    ],
    [
      'lists of lists of entities, and of leaves',
      '{ shelves { id stars tags } }',
      {},
      {
        shelves: [[series()], [], [series(), series('m1')]],
      },
    ],
    [
      'entities that are null in a list',
      'query ($ids: [ID!]!) { byId(ids: $ids) { id stars } }',
      { ids: ['x', 'm1', 'y'] },
      { byId: [null, { id: 'm1', stars: 4 }, null] },
    ],
    ['enums', 'query ($kind: Kind) { shows(kind: $kind) { id } }', { kind: 'MOVIE' }, { shows: [{ id: 'm1' }] }],
    [
      '@override and @provides',
      '{ shows(kind: SERIES) { ... on Series { owner { name since } } } }',
      {},
      { shows: [{ owner: { name: 'provided', since: 2 } }] },
    ],
    [
      'root types by other names, also nested in a mutation',
      'mutation { rename(id: "s1", title: "H") { show { __typename title stars } query { __typename shows { id } best { id } } } }',
      {},
      {
        rename: {
          show: { __typename: 'Series', title: 'H', stars: 4 },
          query: { __typename: 'Query', shows: [{ id: 's1' }, { id: 'm1' }], best: [{ id: 'm1' }] },
        },
      },
    ],
  ])('%s', async (_, source, variables, data) => {
    expect(await router.query(source, variables)).toEqual({ data })
  })

  it('tell failures at the right places too', async () => {
    router.subgraph('ratings').behave({ status: 503, text: '' })
    const answer = await router.query(
      '{ shelves { id five: stars } byId(ids: ["x", "s1"]) { ... on Series { owner { city } } } }',
    )
    expect(answer.data).toEqual({
      shelves: [
        [{ id: 's1', five: null }],
        [],
        [
          { id: 's1', five: null },
          { id: 'm1', five: null },
        ],
      ],
      byId: [null, { owner: { city: null } }],
    })
    expect(answer.errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
      'byId.1.owner.city',
      'shelves.0.0.five',
      'shelves.2.0.five',
      'shelves.2.1.five',
    ])
  })
})

function series(id = 's1') {
  return { id, stars: 4, tags: [['a'], []] }
}
