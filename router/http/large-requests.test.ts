import { afterEach, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { formatError } from '../errors.ts'
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

describe('a large message', () => {
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
