import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { globalId } from '../global-ids.ts'
import { subgraphSchema } from '../graphql/schema.ts'
import { newId } from '../ids.ts'
import type { SnapshotAnswer } from '../live.ts'
import { type LiveIds, liveIdsOf } from '../live-ids.ts'
import { createLogger } from '../log.ts'
import { UNTRANSLATED } from '../testing/live-ids.ts'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { until } from '../testing/until.ts'
import type { Shown } from '../transaction.ts'
import { connectNats, type Nats } from './connection.ts'
import { type Feed, serveSnapshots } from './snapshots.ts'

const log = createLogger('test')
log.level = 'silent'
let server: NatsServer
let source: Nats
let router: Nats
const serving: { stop(): Promise<void> }[] = []
beforeAll(async () => {
  server = await natsServer()
  source = await connectNats(server.url, 'source')
  router = await connectNats(server.url, 'router')
})
afterEach(() => Promise.all(serving.splice(0).map((one) => one.stop())))
afterAll(async () => {
  await Promise.all([source.end(), router.end()])
  await server.end()
})

const stateOf = (id: string, state: object = {}): Shown => ({
  feed: 'shelf',
  audience: ['some one.'],
  id,
  revision: 1,
  open: true,
  state: { ...state },
})
/** A feed of these states. */
const feedOf = (all: Shown[]): Feed => ({
  name: 'shelf',
  find: async ({ audience, id }, { after, limit }) =>
    all
      .filter((one) => one.audience.join() === audience.join() && (id === null || one.id === id))
      .filter((one) => after === null || one.id > after)
      .slice(0, limit),
})
const serve = async (feed: Feed, inFlight: string[] = [], ids: LiveIds = UNTRANSLATED) => {
  const one = serveSnapshots(source, feed, ids, async () => new Set(inFlight), log)
  serving.push(one)
  await source.connection.flush()
  return one
}
const request = async (body: string, timeout = 600_000): Promise<SnapshotAnswer> =>
  (await router.connection.request('snapshot.shelf', body, { timeout })).json()
const requestPage = (pattern: string, after?: string) => request(JSON.stringify({ pattern, after }))
const idsIn = ({ states }: SnapshotAnswer) => states.map(({ subject }) => subject.split('.').at(-1))
const numberedStates = (count: number, state?: object) =>
  Array.from({ length: count }, (_, index) => stateOf(`n${String(index).padStart(4, '0')}`, state))

describe('the source of a feed', () => {
  it('returns its entities’ states, each with its subject', async () => {
    await serve(feedOf([stateOf('a', { thing: 1 }), stateOf('b')]))
    expect(await requestPage('live.shelf.some%20one%2E.*')).toEqual({
      states: [
        { subject: 'live.shelf.some%20one%2E.a', revision: 1, open: true, state: { thing: 1 } },
        { subject: 'live.shelf.some%20one%2E.b', revision: 1, open: true, state: {} },
      ],
      next: null,
    })
    expect(idsIn(await requestPage('live.shelf.some%20one%2E.b'))).toEqual(['b'])
  })

  it('marks the states that the stream may not have yet', async () => {
    await serve(feedOf([stateOf('a'), stateOf('b')]), ['live.shelf.some%20one%2E.b'])
    const { states } = await requestPage('live.shelf.some%20one%2E.*')
    expect(states.map(({ inFlight }) => inFlight)).toEqual([undefined, true])
  })

  it('reads and answers global ids, and compares its own with the outbox', async () => {
    const sdl = `directive @live(subjects: [String!]!) on FIELD_DEFINITION
      directive @id(of: String!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
      scalar DateTime scalar Cursor interface Failure { message: String! }
      type Book @key(fields: "id") { id: ID! }
      type Query { book: Book }
      type Subscription { bookMoved(id: ID @id(of: "Book")): Book @live(subjects: ["live.shelf.all.{args.id}"]) }`
    const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
    const [one, other] = [newId(1), newId(2)]
    const books = [one, other].map((id) => {
      const state = { bookMoved: { __typename: 'Book', id } }
      return { ...stateOf(id, state), audience: ['all'] }
    })
    await serve(feedOf(books), [`live.shelf.all.${other}`], liveIdsOf(subgraphSchema([link, sdl], {})))
    const expected = [one, other].map((own) => {
      const id = globalId('Book', own)
      const state = { bookMoved: { __typename: 'Book', id } }
      const inFlight = own === other ? { inFlight: true } : {}
      return { subject: `live.shelf.all.${id}`, revision: 1, open: true, state, ...inFlight }
    })
    expect(await requestPage('live.shelf.all.*')).toEqual({ states: expected, next: null })
    expect(await requestPage(`live.shelf.all.${globalId('Book', other)}`)).toEqual({
      states: expected.slice(1),
      next: null,
    })
    for (const id of [other, globalId('Shelf', other)])
      expect(await requestPage(`live.shelf.all.${id}`)).toEqual({ states: [], next: null })
  })

  it('answers in pages of 200', async () => {
    await serve(feedOf(numberedStates(450)))
    const pages = [await requestPage('live.shelf.some%20one%2E.*')]
    while (pages.at(-1)?.next)
      pages.push(await requestPage('live.shelf.some%20one%2E.*', pages.at(-1)?.next ?? undefined))
    expect(pages.map(({ states }) => states.length)).toEqual([200, 200, 50])
    expect(pages.flatMap(idsIn)).toEqual(numberedStates(450).map(({ id }) => id))
  })

  it('ends a page early that would be too big for one message', async () => {
    await serve(feedOf(numberedStates(10, { much: 'x'.repeat(200 * 1024) })))
    const pages = [await requestPage('live.shelf.some%20one%2E.*')]
    while (pages.at(-1)?.next)
      pages.push(await requestPage('live.shelf.some%20one%2E.*', pages.at(-1)?.next ?? undefined))
    expect(pages.map(({ states }) => states.length)).toEqual([2, 2, 2, 2, 2])
  })

  it.each([
    'no JSON',
    'null',
    '{}',
    '{"pattern":1}',
    '{"pattern":"live.shelf.some%20one%2E.*","after":1}',
    '{"pattern":"live.shelf"}',
    '{"pattern":"live.shelf.*"}',
    '{"pattern":"live.shelf.*.*"}',
    '{"pattern":"live.shelf..a"}',
    '{"pattern":"live.shelf.%zz.*"}',
    '{"pattern":"live.other.some%20one%2E.*"}',
  ])('finds nothing by %s', async (body) => {
    await serve(feedOf([stateOf('a')]))
    expect(await request(body)).toEqual({ states: [], next: null })
  })

  it('gets each request on one of its replicas only', async () => {
    let finds = 0
    const counting = (): Feed => ({
      name: 'shelf',
      find: async () => {
        finds += 1
        return []
      },
    })
    await serve(counting())
    await serve(counting())
    for (let time = 0; time < 20; time++) await requestPage('live.shelf.a.*')
    expect(finds).toBe(20)
  })

  it('does not respond while its database fails, and does again when it is back', async () => {
    let isAway = true
    await serve({
      name: 'shelf',
      find: async () => {
        if (isAway) throw new Error('away')
        return []
      },
    })
    const body = '{"pattern":"live.shelf.a.*"}'
    await expect(request(body, 100)).rejects.toMatchObject({ code: 'TIMEOUT' })
    isAway = false
    expect(await request(body)).toEqual({ states: [], next: null })
  })

  it('answers again after NATS was away', async () => {
    await serve(feedOf([stateOf('a')]))
    await server.kill()
    await server.start()
    // A request over a connection that is just lost gets no response, so it is repeated.
    const found = await until(() => request('{"pattern":"live.shelf.some%20one%2E.*"}', 1_000))
    expect(idsIn(found)).toEqual(['a'])
  })

  it('reads four pages at a time, and stops when those are answered', async () => {
    const { promise: ready, resolve: resume } = Promise.withResolvers<void>()
    let [atOnce, most] = [0, 0]
    const one = await serve({
      name: 'shelf',
      find: async () => {
        atOnce += 1
        most = Math.max(most, atOnce)
        await ready
        atOnce -= 1
        return []
      },
    })
    const body = JSON.stringify({ pattern: 'live.shelf.a.*' })
    let answered = 0
    // Those without a response end with the connection.
    for (let n = 0; n < 12; n++)
      void request(body).then(
        () => (answered += 1),
        () => {},
      )
    await until(() => atOnce === 4)
    let isStopped = false
    const stopping = one.stop().then(() => {
      isStopped = true
    })
    await source.connection.flush()
    expect(isStopped).toBe(false)
    resume()
    await stopping
    await source.connection.flush()
    expect([atOnce, most]).toEqual([0, 4])
    await until(() => answered === 4)
    await router.connection.flush() // Every response has arrived.
    expect(answered).toBe(4)
  })
})
