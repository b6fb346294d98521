import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startTestRouter } from '../testing/router.ts'

const odd = {
  name: 'odd',
  typeDefs: 'scalar Any  type Query { any: Any, text: String, list: [String] }',
  resolvers: {},
}
const good = { name: 'good', typeDefs: 'type Query { fine: Int }', resolvers: { Query: { fine: () => 1 } } }

/** Writes a response as bytes; what it does not end, it leaves open. */
type Respond = (socket: Socket) => void
let respond: Respond = () => {}
let requested = ''
const sockets = new Set<Socket>()
let server: Server
let router: Awaited<ReturnType<typeof startTestRouter>>
const timeouts = new Map<string, number>()
beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      requested += data
      // The body is short and comes with the headers or after them; it ends the request either way.
      if (requested.endsWith('}')) respond(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  router = await startTestRouter([odd, good], {
    SUBGRAPH_URLS: new Map([['odd', url]]),
    SUBGRAPH_TIMEOUTS: timeouts,
    METRICS_PORT: 0,
  })
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await router.close()
  await new Promise((resolve) => server.close(resolve))
})

const http =
  (head: string, body: string | Buffer = '', status = '200 OK'): Respond =>
  (socket) => {
    const length = /transfer-encoding|content-length/i.test(head)
      ? ''
      : `content-length: ${Buffer.byteLength(body)}\r\n`
    socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${length}${head}\r\n`), Buffer.from(body)]))
  }
const json = (text: string) => http('content-type: application/json\r\n', text)
const TEXT = '{"data":{"text":"꽃"}}'

/** Asks the odd subgraph and the good one. */
async function ask(answer: Respond, query = '{ text fine }') {
  requested = ''
  respond = answer
  router.lines.length = 0
  const { data, errors = [] } = await router.query(query)
  const log = router.lines.map((line) => JSON.parse(line) as { level: number; cause?: string; msg: string })
  return {
    data,
    codes: errors.map(({ extensions }) => extensions?.code),
    causes: log.flatMap(({ cause }) => cause ?? []),
    faults: log.filter(({ level }) => level >= 50),
  }
}
const lost = (code: string, cause: RegExp) => ({
  data: { text: null, fine: 1 },
  codes: [code],
  causes: expect.arrayContaining([expect.stringMatching(cause)]),
  faults: [],
})

describe('a compressed answer', () => {
  const compressed = (coding: string, bytes: Buffer, status?: string) =>
    http(`content-type: application/json\r\ncontent-encoding: ${coding}\r\n`, bytes, status)

  it.each([
    ['gzip', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['GZip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['zstd', zstdCompressSync(TEXT)],
    ['identity', Buffer.from(TEXT)],
  ])('by %s is read', async (coding, bytes) => {
    const { data, codes } = await ask(compressed(coding, bytes))
    expect({ data, codes }).toEqual({ data: { text: '꽃', fine: 1 }, codes: [] })
    expect(requested).toMatch(/\r\naccept-encoding: identity\r\n/i)
  })

  it.each<[string, Respond, string, RegExp]>([
    ['that is not what it says', compressed('gzip', Buffer.from(TEXT)), 'SUBGRAPH_INVALID_ANSWER', /gzip.*header/],
    ['that is cut off', compressed('gzip', gzipSync(TEXT).subarray(0, -9)), 'SUBGRAPH_INVALID_ANSWER', /gzip.*end/],
    ['by an unknown coding', compressed('lzma', gzipSync(TEXT)), 'SUBGRAPH_INVALID_ANSWER', /lzma/],
    ['twice', compressed('gzip, gzip', gzipSync(gzipSync(TEXT))), 'SUBGRAPH_INVALID_ANSWER', /gzip, gzip/],
    [
      'that grows beyond the limit',
      compressed('gzip', gzipSync(Buffer.alloc(17 << 20))),
      'SUBGRAPH_INVALID_ANSWER',
      /gzip.*16777216/,
    ],
    [
      'of a proxy whose service is away',
      compressed('gzip', gzipSync('<html>'), '502 Bad Gateway'),
      'SUBGRAPH_UNAVAILABLE',
      /502/,
    ],
    ['without a body', compressed('gzip', Buffer.alloc(0)), 'SUBGRAPH_INVALID_ANSWER', /gzip/],
  ])('%s is refused', async (_, answer, code, cause) => {
    expect(await ask(answer)).toEqual(lost(code, cause))
  })
})

describe('an answer that is no answer', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const INVALID = 'SUBGRAPH_INVALID_ANSWER'

  it.each<[string, Respond, string, RegExp]>([
    ['no HTTP', (socket) => socket.end('hello\r\n\r\n'), INVALID, /HTTP/i],
    ['endless headers', http(`x: ${'x'.repeat(200_000)}\r\n`, TEXT), INVALID, /header/i],
    ['an endless body', http('content-length: 900000000\r\n', Buffer.alloc(17 << 20, ' ')), INVALID, /size/],
    ['chunks that are none', http('transfer-encoding: chunked\r\n', 'zz\r\n\r\n'), INVALID, /chunk/i],
    [
      'a body that ends too early',
      (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n${TEXT}`),
      'SUBGRAPH_UNAVAILABLE',
      /closed/,
    ],
    ['a redirection', http('location: http://127.0.0.1:1/\r\n', '', '307 Temporary Redirect'), INVALID, /307/],
    ['no content', (socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'), INVALID, /204/],
    ['HTML', http('content-type: text/html\r\n', '<html>'), INVALID, /no GraphQL/],
    ['half of its JSON', json(TEXT.slice(0, -3)), INVALID, /no GraphQL/],
    ['a number', json('1'), INVALID, /no GraphQL/],
    ['other data', json('{"data":[]}'), INVALID, /no GraphQL/],
  ])('%s', async (_, answer, code, cause) => {
    expect(await ask(answer)).toEqual(lost(code, cause))
  })

  it('a body that comes too slowly', async () => {
    timeouts.set('odd', 50)
    const answered = await ask(http('content-length: 99\r\n', TEXT))
    timeouts.delete('odd')
    expect(answered).toEqual(lost('SUBGRAPH_UNAVAILABLE', /within 50 ms/))
  })

  it.each([
    ['data where a text is', `{"data":{"text":${nested(100_000)}}}`, '{ text fine }', [INVALID]],
    ['data where a list is', `{"data":{"text":${nested(100_000)}}}`, '{ text: list fine }', [INVALID]],
    ['data of any kind', `{"data":{"text":${nested(100_000)}}}`, '{ text: any fine }', [INVALID]],
    ['data that was not requested', `{"data":{"text":null,"more":${nested(100_000)}}}`, '{ text fine }', []],
    ['extensions', `{"data":{"text":null},"extensions":${nested(100_000)}}`, '{ text fine }', []],
    [
      'an error',
      `{"data":{"text":null},"errors":[{"message":"No.","extensions":{"more":${nested(100_000)}}}]}`,
      '{ text fine }',
      ['SUBGRAPH_ERROR'],
    ],
    [
      'a path',
      `{"data":{"text":null},"errors":[{"message":"No.","path":["text",${nested(100_000)}]}]}`,
      '{ text fine }',
      ['SUBGRAPH_ERROR'],
    ],
  ])('%s nested 100,000 deep', async (_, text, query, codes) => {
    const expected = query.includes('list') ? [null] : null
    expect(await ask(json(text), query)).toMatchObject({ data: { text: expected, fine: 1 }, codes, faults: [] })
  })
})
