import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { GUARD_SETTINGS } from '../../chassis/guard.ts'
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
  let asked = 0
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const answer = answers[Math.min(asked++, answers.length - 1)]
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
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`)
  const client = createSubgraphClient({ timeoutMs: 600_000, ...settings })
  ends.push(() => client.close())
  const ask = (isRepeatable = true) => client.send({ service: 'books', url, body: '{}', headers: {}, isRepeatable })
  return { ask, asked: () => asked }
}
async function inPieces(response: ServerResponse, bytes: Buffer) {
  for (const byte of bytes) await new Promise((sent) => response.write(Buffer.of(byte), sent))
  response.end()
}
const fine = { data: { ok: true }, errors: [] }
const unavailable = expect.objectContaining({ failure: 'unavailable' })

it('reads an answer that comes in pieces, cut within a letter, after a byte order mark', async () => {
  const { ask } = await rig(['in pieces'])
  expect(await ask()).toEqual({ data: { ok: '꽃' }, errors: [] })
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
    const { ask } = await rig([{ text: JSON.stringify({ data: one, errors }) }])
    expect(await ask()).toEqual({ data: one, errors: read })
  })

  it.each([[['plain text']], [{ detail: 'Not Found' }]])('make no answer without data: %j', async (errors) => {
    const { ask } = await rig([{ text: JSON.stringify({ errors }) }])
    expect(await ask()).toMatchObject({ failure: 'invalid' })
  })
})

describe('a subgraph that does not answer', () => {
  it.each(['hang up', 503] as const)('gets a query once more (%s)', async (failure) => {
    const { ask, asked } = await rig([failure, 'fine'])
    expect(await ask()).toEqual(fine)
    expect(asked()).toBe(2)
    const twice = await rig([failure])
    expect(await twice.ask()).toEqual(unavailable)
    expect(twice.asked()).toBe(2)
  })

  it('gets a mutation only once, because it may have taken effect', async () => {
    const { ask, asked } = await rig(['hang up', 'fine'])
    expect(await ask(false)).toEqual(unavailable)
    expect(asked()).toBe(1)
  })

  it('is waited for no longer than its timeout', async () => {
    const { ask, asked } = await rig(['hang'], { timeouts: new Map([['books', 50]]) })
    expect(await ask()).toEqual(unavailable)
    expect(asked()).toBe(1)
  })

  it('repeatedly opens the circuit, which closes after a successful trial', async () => {
    // The clock stands but for what the test lets pass.
    let now = 0
    jest.spyOn(performance, 'now').mockImplementation(() => now)
    const states: string[] = []
    const { ask, asked } = await rig([...Array<'hang up'>(20).fill('hang up'), 'fine'], {
      onCircuitChange: (service, state) => states.push(`${service} ${state}`),
    })
    for (let n = 0; n < 20; n++) await ask(false)
    expect(states).toEqual(['books open'])
    expect(await ask()).toEqual(unavailable)
    expect(asked()).toBe(20)
    now += GUARD_SETTINGS.openForMs
    expect(await ask()).toEqual(fine)
    expect(states).toEqual(['books open', 'books half-open', 'books closed'])
    expect(asked()).toBe(21)
  })
})
