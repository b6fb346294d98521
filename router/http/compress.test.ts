import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startTestRouter } from '../testing/router.ts'
import { compress } from './compress.ts'

const LONG = 'Lilien '.repeat(500)
const shop = {
  name: 'shop',
  typeDefs: 'type Query { short: String long: String }',
  resolvers: { Query: { short: () => 'KJ', long: () => LONG } },
}
let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter([shop])
})
afterAll(() => router.close())

/** Not `fetch`, which decompresses. */
async function ask(field: string, accepted?: string) {
  const headers = accepted === undefined ? {} : { 'accept-encoding': accepted }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${router.url}/graphql?query={${field}}`, { headers }, resolve).on('error', reject)
  })
  return { headers: response.headers, body: await buffer(response) }
}
const plain = (body: Buffer) => body
const read = { br: brotliDecompressSync, gzip: gunzipSync, none: plain }

describe('an answer of more than 1 KB', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0', 'none'],
    ['zstd', 'none'],
    [`br, ${'x, '.repeat(400)}`, 'none'], // too long to be read for each answer
    ['identity', 'none'],
    [undefined, 'none'],
  ] as const)('for a client that accepts %s is encoded: %s', async (accepted, encoding) => {
    const { headers, body } = await ask('long', accepted)
    expect(headers['content-encoding'] ?? 'none').toBe(encoding)
    expect(headers.vary).toMatch(/accept-encoding/)
    expect(Number(headers['content-length'])).toBe(body.length)
    expect(JSON.parse(read[encoding](body).toString())).toEqual({ data: { long: LONG } })
    if (encoding !== 'none') expect(body.length).toBeLessThan(LONG.length / 10)
  })

  it('is sent as it is while two others are being compressed', async () => {
    const encoded = await Promise.all([1, 2, 3].map(() => compress(LONG, 'br')))
    expect(encoded.map(({ encoding }) => encoding)).toEqual(['br', 'br', undefined])
    expect((await compress(LONG, 'br')).encoding).toBe('br')
  })
})

it('a short one is sent as it is', async () => {
  const { headers, body } = await ask('short', 'br')
  expect(headers['content-encoding']).toBeUndefined()
  expect(body.toString()).toBe('{"data":{"short":"KJ"}}')
})
