import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { SnapshotAnswer } from '../live.ts'
import { createLogger } from '../log.ts'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { until } from '../testing/until.ts'
import type { Shown } from '../transaction.ts'
import { connectNats, type Nats } from './connection.ts'
import { type Feed, serveSnapshots } from './snapshots.ts'

const log = createLogger('test')
log.level = 'silent'
let server: NatsServer
let owner: Nats
let asker: Nats
const answering: { stop(): Promise<void> }[] = []
beforeAll(async () => {
  server = await natsServer()
  owner = await connectNats(server.url, 'owner')
  asker = await connectNats(server.url, 'asker')
})
afterEach(() => Promise.all(answering.splice(0).map((one) => one.stop())))
afterAll(async () => {
  await Promise.all([owner.end(), asker.end()])
  await server.end()
})

const shown = (id: string, state: object = {}): Shown => ({
  feed: 'shelf',
  audience: ['some one.'],
  id,
  revision: 1,
  open: true,
  state: { ...state },
})
/** A feed of these, of one audience. */
const feedOf = (all: Shown[]): Feed => ({
  name: 'shelf',
  find: async ({ audience, id }, { after, limit }) =>
    all
      .filter((one) => one.audience.join() === audience.join() && (id === null || one.id === id))
      .filter((one) => after === null || one.id > after)
      .slice(0, limit),
})
const answer = async (feed: Feed, inFlight: string[] = []) => {
  const one = serveSnapshots(owner, feed, async () => new Set(inFlight), log)
  answering.push(one)
  await owner.connection.flush()
  return one
}
const request = async (body: string, timeout = 600_000): Promise<SnapshotAnswer> =>
  (await asker.connection.request('snapshot.shelf', body, { timeout })).json()
const ask = (pattern: string, after?: string) => request(JSON.stringify({ pattern, after }))
const idsIn = ({ states }: SnapshotAnswer) => states.map(({ subject }) => subject.split('.').at(-1))
const numbered = (howMany: number, state?: object) =>
  Array.from({ length: howMany }, (_, index) => shown(`n${String(index).padStart(4, '0')}`, state))

describe('the owner of a feed', () => {
  it('returns its entities’ states, each with its subject', async () => {
    await answer(feedOf([shown('a', { thing: 1 }), shown('b')]))
    expect(await ask('live.shelf.some%20one%2E.*')).toEqual({
      states: [
        { subject: 'live.shelf.some%20one%2E.a', revision: 1, open: true, state: { thing: 1 } },
        { subject: 'live.shelf.some%20one%2E.b', revision: 1, open: true, state: {} },
      ],
      next: null,
    })
    expect(idsIn(await ask('live.shelf.some%20one%2E.b'))).toEqual(['b'])
  })

  it('marks the states that the stream may not have yet', async () => {
    await answer(feedOf([shown('a'), shown('b')]), ['live.shelf.some%20one%2E.b'])
    const { states } = await ask('live.shelf.some%20one%2E.*')
    expect(states.map(({ inFlight }) => inFlight)).toEqual([undefined, true])
  })

  it('answers in pages of 200', async () => {
    await answer(feedOf(numbered(450)))
    const pages = [await ask('live.shelf.some%20one%2E.*')]
    while (pages.at(-1)?.next) pages.push(await ask('live.shelf.some%20one%2E.*', pages.at(-1)?.next ?? undefined))
    expect(pages.map(({ states }) => states.length)).toEqual([200, 200, 50])
    expect(pages.flatMap(idsIn)).toEqual(numbered(450).map(({ id }) => id))
  })

  it('ends a page early that would be too big for one message', async () => {
    await answer(feedOf(numbered(10, { much: 'x'.repeat(200 * 1024) })))
    const pages = [await ask('live.shelf.some%20one%2E.*')]
    while (pages.at(-1)?.next) pages.push(await ask('live.shelf.some%20one%2E.*', pages.at(-1)?.next ?? undefined))
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
    await answer(feedOf([shown('a')]))
    expect(await request(body)).toEqual({ states: [], next: null })
  })

  it('gets each request on one of its replicas only', async () => {
    let asked = 0
    const counting = (): Feed => ({
      name: 'shelf',
      find: async () => {
        asked += 1
        return []
      },
    })
    await answer(counting())
    await answer(counting())
    for (let time = 0; time < 20; time++) await ask('live.shelf.a.*')
    expect(asked).toBe(20)
  })

  it('does not answer while its database fails, and does again when it is back', async () => {
    let isAway = true
    await answer({
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
    await answer(feedOf([shown('a')]))
    await server.kill()
    await server.start()
    // What is asked over a connection that is just lost is never answered: it is asked again.
    const found = await until(() => request('{"pattern":"live.shelf.some%20one%2E.*"}', 1_000))
    expect(idsIn(found)).toEqual(['a'])
  })

  it('reads four pages at a time, and stops when those are answered', async () => {
    const { promise: ready, resolve: go } = Promise.withResolvers<void>()
    let [atOnce, most] = [0, 0]
    const one = await answer({
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
    // Those that nobody answers end with the connection.
    for (let n = 0; n < 12; n++)
      void request(body).then(
        () => (answered += 1),
        () => {},
      )
    await until(() => atOnce === 4)
    let hasStopped = false
    const stopping = one.stop().then(() => {
      hasStopped = true
    })
    await owner.connection.flush()
    expect(hasStopped).toBe(false)
    go()
    await stopping
    await owner.connection.flush()
    expect([atOnce, most]).toEqual([0, 4])
    await until(() => answered === 4)
    await asker.connection.flush() // All that was answered has come.
    expect(answered).toBe(4)
  })
})
