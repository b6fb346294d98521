import { afterEach, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { formatError } from '../errors.ts'
import { createWorkQueue } from '../limits/work-queue.ts'
import { createLiveFixture } from '../live/testing/live-fixture.ts'
import { subscribe } from '../live/testing/ws-connection.ts'
import { negotiate, prefersEvents } from '../request/negotiate.ts'
import { createAnswerer } from './answer.ts'
import { createPersisted } from './persisted.ts'

const { start, connectAs } = createLiveFixture()

let debtMs = 0
let charged: string[] = []
afterEach(() => {
  debtMs = 0
  charged = []
})
const rateLimit = {
  owes: () => debtMs,
  charge: (client: string) => {
    charged.push(client)
  },
}
const large = { a: Array(10_000).fill(1) }

describe('a large request', () => {
  const post = async (variables: object) => {
    const { url } = await start({}, { rateLimit })
    const body = JSON.stringify({ query: '{ a }', variables })
    return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  }

  it('is read in a turn, which counts against the client', async () => {
    expect((await post({})).status).toBe(200)
    expect(charged).toEqual([])
    expect((await post(large)).status).toBe(200)
    expect(charged).toEqual([expect.stringContaining('address ')])
  })

  it('of a client that owes work is not read', async () => {
    debtMs = 700
    const refused = await post(large)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] })
  })

  it('is run in a turn, with everything up to its first request to a subgraph', async () => {
    const turns: string[] = []
    const run = async <Result>(client: string, task: () => Result) => {
      turns.push(`${client} begins`)
      const result = task()
      turns.push('ends')
      return { result }
    }
    const answer = createAnswerer({
      readOperation: () => ({ errors: [] }),
      persisted: (query) => {
        turns.push('reads')
        return { query }
      },
      execute: async () => ({ data: {} }),
      formatError: formatError(() => {}),
      work: { run, charge: () => {} },
    })
    const request = { method: 'POST', accept: undefined, params: { query: '{ a }' } } as const
    await answer({ ...request, isLarge: true }, { claims: null, headers: {}, quotaKey: 'user ann' })
    expect(turns).toEqual(['user ann begins', 'reads', 'ends'])
    await answer(request, { claims: null, headers: {}, quotaKey: 'user ann' })
    expect(turns.slice(3)).toEqual(['reads'])
  })

  it('of a client that owes work by now is not run', async () => {
    const answer = createAnswerer({
      readOperation: () => ({ errors: [] }),
      persisted: createPersisted(),
      execute: async () => ({ data: {} }),
      formatError: formatError(() => {}),
      work: { run: async () => ({ refused: 'rateLimited', waitMs: 1_400 }), charge: () => {} },
    })
    const request = { method: 'POST', accept: undefined, params: { query: '{ a }' }, isLarge: true } as const
    expect(await answer(request, { claims: null, headers: {} })).toMatchObject({ status: 429, retryAfter: 2 })
  })
})

/** A queue that begins no task before `begin` is called; `clients` are those whose tasks were queued. */
function heldQueue() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const clients: string[] = []
  const queue = createWorkQueue({ charge: () => {}, owes: () => 0 })
  const run = async <Result>(client: string, task: () => Result) => {
    clients.push(client)
    await promise
    return queue.run(client, task)
  }
  return { work: { ...queue, run }, clients, begin: resolve }
}

describe('a large request for an event stream', () => {
  it('is read and run in turns', async () => {
    const { work, clients, begin } = heldQueue()
    begin()
    const { url } = await start({}, { work })
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    const body = JSON.stringify({ query: '{ hello }', variables: large })
    await (await fetch(url, { method: 'POST', body, headers })).text()
    expect(clients).toEqual(Array(2).fill(expect.stringContaining('address ')))
  })
})

describe('a large message', () => {
  it('waits for its turn, and the next messages of its connection wait behind it', async () => {
    const { work, clients, begin } = heldQueue()
    const live = await start({}, { work })
    const [client, other] = [await connectAs(live), await connectAs(live)]
    client.send(subscribe('1', 'subscription { counted }', { variables: large }), { type: 'ping' })
    await until(() => clients.length === 1)
    other.send({ type: 'ping' })
    await until(() => other.ofType('pong').length === 1)
    expect([live.started.length, client.ofType('pong')]).toEqual([0, []])
    client.send({ id: '1', type: 'complete' }, subscribe('2', '{ hello }'))
    begin()
    await until(() => client.ofType('complete').length === 1)
    expect(clients).toEqual(['user ann'])
    expect(client.received.map(({ type }) => type)).toEqual(['connection_ack', 'pong', 'next', 'complete'])
    expect((await live.nth(0)).stopped).toBe(1)
  })

  it('of a client that disconnects before its turn is not read', async () => {
    const { work, clients, begin } = heldQueue()
    const live = await start({}, { work })
    const client = await connectAs(live)
    client.send(subscribe('1', 'subscription { counted }', { variables: large }))
    await until(() => clients.length === 1)
    client.socket.terminate()
    await until(() => live.count().connections === 0)
    begin()
    const next = await connectAs(live)
    next.send(subscribe('1', 'subscription { counted }', { variables: large }))
    await until(() => live.started.length > 0)
    expect([live.started.length, live.errorLines]).toEqual([1, []])
  })

  it('counts against the client, and ends the connection of one that owes work', async () => {
    const client = await connectAs(await start({}, { rateLimit }))
    client.send(subscribe('1', 'subscription { counted }', large))
    await until(() => charged.length === 1)
    debtMs = 700
    client.send({ type: 'ping' })
    await until(() => client.ofType('pong').length === 1)
    client.send(subscribe('2', 'subscription { counted }', large))
    await until(() => client.closed)
    expect(client.closed).toEqual([1013, 'Too much work for large messages'])
  })
})

it('an Accept header that nobody writes counts as none', () => {
  const long = `text/event-stream, ${'a/b, '.repeat(1_000)}application/graphql-response+json`
  expect([negotiate(long), prefersEvents(long)]).toEqual(['application/json', false])
})
