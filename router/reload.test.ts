import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { until } from '../chassis/testing/until.ts'
import { UnusableSupergraph } from './supergraph/load.ts'
import { library } from './testing/library.ts'
import { compose, startTestRouter } from './testing/router.ts'

let router: Awaited<ReturnType<typeof startTestRouter>>
let before: string
let after: string
beforeAll(async () => {
  router = await startTestRouter(library)
  const subgraphs = library.map(({ name }) => router.subgraph(name))
  const smaller = subgraphs.map(({ typeDefs, ...rest }) => ({
    ...rest,
    typeDefs: typeDefs.replace('open: Boolean!,', ''),
  }))
  before = compose(smaller)
  after = compose(subgraphs)
})
afterAll(() => router.close())
beforeEach(() => {
  router.reload(before)
})

describe('another supergraph', () => {
  it('takes the place of the old one', async () => {
    expect((await router.query('{ open }')).errors).toHaveLength(1)
    expect(router.reload(after)).toBe(true)
    expect(router.reload(after)).toBe(false)
    expect((await router.query('{ open hours }')).data).toEqual({ open: true, hours: '9-17' })
  })

  it('fails no request, also of those that are under way', async () => {
    const stock = router.subgraph('stock')
    stock.behave('held')
    const answers: Promise<unknown>[] = []
    // Fewer than one client may have under way at a subgraph.
    for (let n = 0; n < 12; n++) {
      answers.push(router.query(`{ hours books { title copies } n${n}: hours }`))
      await until(() => stock.requests.length > n)
      router.reload(n % 2 ? before : after)
    }
    stock.release()
    for (const answer of await Promise.all(answers)) {
      expect(answer).not.toHaveProperty('errors')
      expect(answer).toMatchObject({ data: { hours: '9-17', books: [{ title: 'Emma' }, { title: 'Faust' }] } })
    }
  })

  it.each([
    ['no GraphQL', 'type Query {'],
    ['no supergraph', 'type Query { hours: String }'],
    ['nothing', ''],
  ])('that is %s is refused, and the old one stays in use', async (_, sdl) => {
    expect(() => router.reload(sdl)).toThrow(UnusableSupergraph)
    expect(await router.query('{ hours }')).toEqual({ data: { hours: '9-17' } })
  })
})
