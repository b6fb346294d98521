import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { Agent } from 'undici'
import { CALLER_GUARD_SETTINGS } from '../../chassis/guard.ts'
import { fakeOnly } from '../../chassis/testing/fake-only.ts'
import { until } from '../../chassis/testing/until.ts'
import { type Deadline, NotConnected, post } from './post.ts'
import { createSubgraphClient, type SubgraphClientOptions } from './subgraph-client.ts'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  jest.restoreAllMocks()
  for (const end of ends.splice(0).reverse()) await end()
})

/** A subgraph that answers each request by the next of `answers` (the last for all further), and a client of it. */
async function rig(
  answers: ('hang up' | 'hang' | 'fine' | 'in pieces' | 503 | { text: string })[],
  settings: Partial<SubgraphClientOptions> = {},
) {
  let requestCount = 0
  const seen: unknown[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    seen.push(request.headers['x-context'])
    const answer = answers[Math.min(requestCount++, answers.length - 1)]
    request.resume()
    if (answer === 'hang up') request.socket.destroy()
    else if (answer === 503) response.writeHead(503).end('not yet')
    else if (answer === 'fine') response.end('{"data":{"ok":true}}')
    else if (typeof answer === 'object') response.end(answer.text)
    else if (answer === 'in pieces') inPieces(response, Buffer.from('\uFEFF{"data":{"ok":"꽃"}}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const url = new URL(`http://127.0.0.1:${port}/graphql`)
  const client = createSubgraphClient({ timeoutMs: 600_000, ...settings })
  ends.push(() => client.close())
  let signed = 0
  const headers = (path: string) => ({ 'x-context': `${path} ${++signed}` })
  const send = (isRepeatable = true, quotaKey?: string) =>
    client.send({ service: 'books', url, body: '{}', headers, isRepeatable, quotaKey })
  return { send, requestCount: () => requestCount, seen: () => seen, server, port }
}
async function inPieces(response: ServerResponse, bytes: Buffer) {
  for (const byte of bytes) await new Promise((sent) => response.write(Buffer.of(byte), sent))
  response.end()
}
const fine = { data: { ok: true }, errors: [] }
const unavailable = expect.objectContaining({ failure: 'unavailable' })

it('reads an answer that comes in pieces, cut within a letter, after a byte order mark', async () => {
  const { send } = await rig(['in pieces'])
  expect(await send()).toEqual({ data: { ok: '꽃' }, errors: [] })
})

it('counts the work of a large answer against the client for whom it is requested', async () => {
  const onWork = jest.fn()
  const { send } = await rig([{ text: JSON.stringify({ data: { list: Array(10_000).fill(1) } }) }, 'fine'], { onWork })
  await send(true, 'user ann')
  expect(onWork.mock.calls).toEqual([['user ann', expect.any(Number)]])
  await send(true, 'user ann')
  expect(onWork).toHaveBeenCalledTimes(1)
})

describe('errors that are not objects', () => {
  const one = { one: null }
  const error = (message: string) => ({ message, path: [], code: undefined, retryAfter: undefined })
  const unknown = error('The service gave no reason.')

  it.each([
    [['plain text'], [error('plain text')]],
    [
      [7, null, { message: 'of its own' }],
      [unknown, unknown, error('of its own')],
    ],
    [{ one: 'went wrong' }, [unknown]],
    [null, []],
    [[], []],
  ])('count as errors beside data: %j', async (errors, read) => {
    const { send } = await rig([{ text: JSON.stringify({ data: one, errors }) }])
    expect(await send()).toEqual({ data: one, errors: read })
  })

  it.each([[['plain text']], [{ detail: 'Not Found' }]])('make no answer without data: %j', async (errors) => {
    const { send } = await rig([{ text: JSON.stringify({ errors }) }])
    expect(await send()).toMatchObject({ failure: 'invalid' })
  })
})

describe('a subgraph that does not answer', () => {
  it.each(['hang up', 503] as const)('gets a query once more (%s)', async (failure) => {
    const { send, requestCount } = await rig([failure, 'fine'])
    expect(await send()).toEqual(fine)
    expect(requestCount()).toBe(2)
    const twice = await rig([failure])
    expect(await twice.send()).toEqual(unavailable)
    expect(twice.requestCount()).toBe(2)
  })

  it('gets a mutation only once, because it may have taken effect', async () => {
    const { send, requestCount } = await rig(['hang up', 'fine'])
    expect(await send(false)).toEqual(unavailable)
    expect(requestCount()).toBe(1)
  })

  it('gets a mutation once more if it was not reached, so that it has not taken effect', async () => {
    const { send, requestCount, server, port } = await rig(['fine'])
    await new Promise((closed) => server.close(closed))
    const sent = send(false)
    // The delay before it is repeated begins when it was refused.
    jest.spyOn(Math, 'random').mockImplementation(() => {
      server.listen(port, '127.0.0.1')
      return 1
    })
    expect(await sent).toEqual(fine)
    expect(requestCount()).toBe(1)
  })

  it('is waited for no longer than its timeout', async () => {
    const { send, requestCount } = await rig(['hang'], { timeouts: new Map([['books', 50]]) })
    expect(await send()).toEqual(unavailable)
    expect(requestCount()).toBe(1)
  })

  it('repeatedly opens the circuit, which closes after a successful trial', async () => {
    // The clock stands but for what the test lets pass.
    let now = 0
    jest.spyOn(performance, 'now').mockImplementation(() => now)
    const states: string[] = []
    const { send, requestCount } = await rig([...Array<'hang up'>(10).fill('hang up'), 'fine'], {
      onCircuitChange: (service, state) => states.push(`${service} ${state}`),
    })
    for (let n = 0; n < 10; n++) await send(false)
    expect(states).toEqual(['books open'])
    expect(await send()).toEqual(unavailable)
    expect(requestCount()).toBe(10)
    now += CALLER_GUARD_SETTINGS.openForMs
    expect(await send()).toEqual(fine)
    expect(states).toEqual(['books open', 'books half-open', 'books closed'])
    expect(requestCount()).toBe(11)
  })
})

describe('the places of a subgraph', () => {
  it('are for all: a client whose queries hang keeps its share only, and its further ones wait', async () => {
    const { send, requestCount, server } = await rig(['hang', 'hang', 'fine'], { atOnce: 4, atOnceEach: 2 })
    const hanging = [send(false, 'flood'), send(false, 'flood')]
    await until(() => requestCount() === 2)
    const waiting = send(false, 'flood')
    expect(await send(false, 'ann')).toEqual(fine)
    expect(await send(false)).toEqual(fine) // The router's own requests have no share.
    expect(requestCount()).toBe(4)
    server.closeAllConnections()
    expect(await Promise.all(hanging)).toEqual([unavailable, unavailable])
    expect(await waiting).toEqual(fine)
  })

  it('are waited for no longer than the subgraph’s timeout', async () => {
    const { send, requestCount } = await rig(['hang', 'fine'], { atOnceEach: 1, timeouts: new Map([['books', 50]]) })
    expect(await Promise.all([send(false, 'flood'), send(false, 'flood')])).toEqual([unavailable, unavailable])
    expect(requestCount()).toBe(1)
    expect(await send(false, 'flood')).toEqual(fine)
  })
})

describe('the circuit of a subgraph', () => {
  const watched = async (answers: Parameters<typeof rig>[0], settings: Partial<SubgraphClientOptions> = {}) => {
    const states: string[] = []
    return { states, ...(await rig(answers, { ...settings, onCircuitChange: (_, state) => states.push(state) })) }
  }
  /** Requests of these clients, none of which is answered in time. The clock stands until all have arrived. */
  const timeOut = async ({ send, requestCount }: Awaited<ReturnType<typeof rig>>, clients: string[]) => {
    fakeOnly('setTimeout', 'clearTimeout')
    const before = requestCount()
    const answers = clients.map((client) => send(false, client))
    await until(() => requestCount() === before + clients.length)
    jest.advanceTimersByTime(600_000)
    jest.useRealTimers()
    expect(await Promise.all(answers)).toEqual(clients.map(() => unavailable))
  }
  const users = (count: number) => Array.from({ length: count }, (_, n) => `user ${n}`)

  it('is not opened by one client, 200 of whose queries time out', async () => {
    const { states, ...books } = await watched(['hang'])
    await timeOut(books, Array<string>(200).fill('user heavy'))
    expect(states).toEqual([])
  })

  it.each(['hang up', 503] as const)(
    'is not opened by one client, however many of its calls fail (%s)',
    async (failure) => {
      const { send, states } = await watched([failure])
      for (let n = 0; n < 50; n++) await send(false, 'user heavy')
      expect(states).toEqual([])
    },
  )

  it('is opened by ten clients whose queries time out', async () => {
    const { states, ...books } = await watched(['hang'])
    await timeOut(books, users(9))
    expect(states).toEqual([])
    await timeOut(books, ['user 9'])
    expect(states).toEqual(['open'])
  })

  it('is opened by one client if the subgraph cannot be reached', async () => {
    const { send, states, server } = await watched(['fine'])
    await new Promise((closed) => server.close(closed))
    for (let n = 0; n < 10; n++) await send(false, 'user only')
    expect(states).toEqual(['open'])
  })
})

it('makes the headers anew for each attempt, so that a repeated request has its own signature', async () => {
  const { send, seen } = await rig(['hang up', 'fine'])
  expect(await send()).toEqual(fine)
  expect(seen()).toEqual(['/graphql 1', '/graphql 2'])
})

it('a request that has no connection in time has not reached the subgraph', async () => {
  const agent = Object.assign(new Agent(), { dispatch: () => true }) // It never starts.
  const deadline: Deadline = { expired: null, onExpired: () => {} }
  const answer = post(agent, { origin: 'http://127.0.0.1:9', path: '/', headers: {}, body: '' }, deadline, 1_000)
  deadline.onExpired(new Error('too late'))
  await expect(answer).rejects.toThrow(NotConnected)
})
