import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { formatError, overloadedError, rateLimitedError } from '../errors.ts'
import { startIssuer } from '../testing/issuer.ts'
import { library } from '../testing/library.ts'
import { startTestRouter } from '../testing/router.ts'
import { createAnswerer } from './answer.ts'
import { createPersisted } from './persisted.ts'

let issuer: Awaited<ReturnType<typeof startIssuer>>
let router: Awaited<ReturnType<typeof startTestRouter>>
const LIMITS = { MAX_DEPTH: 4, MAX_TOKENS: 100, MAX_DOCUMENT: 2_000, MAX_BODY_BYTES: 5_000 }
beforeAll(async () => {
  issuer = await startIssuer()
  router = await startTestRouter(library, { ...LIMITS, JWT_ISSUERS: [{ issuer: issuer.issuer }] })
})
afterAll(async () => {
  await router.close()
  await issuer.close()
})
beforeEach(() => {
  for (const { name } of library) {
    router.subgraph(name).requests.length = 0
    router.subgraph(name).behave('right')
  }
})

type Told = { data?: unknown; errors?: { message: string; extensions: Record<string, unknown> }[] }
const post = async (body: object, headers: Record<string, string> = {}) => {
  const response = await router.post(JSON.stringify(body), headers)
  return { status: response.status, ...((await response.json()) as Told) }
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const persisted = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } })

describe('a persisted query', () => {
  it('is sent once, and from then on named by its hash, also by GET', async () => {
    const query = `{ hours } # ${randomUUID()}`
    const extensions = persisted(sha256(query))
    const unknown = await post({ extensions })
    expect(unknown).toMatchObject({ status: 200, errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] })
    expect((await post({ query, extensions })).data).toEqual({ hours: '9-17' })
    expect((await post({ extensions })).data).toEqual({ hours: '9-17' })
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) })
    const got = await fetch(`${router.url}/graphql?${search}`)
    expect(await got.json()).toEqual({ data: { hours: '9-17' } })
  })

  it.each([
    [
      'with the hash of another',
      { query: '{ hours }', extensions: persisted(sha256('{ open }')) },
      'PERSISTED_QUERY_HASH_MISMATCH',
    ],
    ['that is no object', { query: '{ hours }', extensions: { persistedQuery: 5 } }, 'BAD_REQUEST'],
    ['of a version nobody knows', { extensions: { persistedQuery: { version: 2, sha256Hash: '' } } }, 'BAD_REQUEST'],
  ])('%s is refused', async (_, body, code) => {
    expect(await post(body)).toMatchObject({ status: 400, errors: [{ extensions: { code } }] })
    expect(router.subgraph('stock').requests).toEqual([])
  })
})

describe('a request for what is not supported, or without an operation, is answered with what to do', () => {
  const json = { 'content-type': 'application/json' }
  it.each<[string, string | URLSearchParams, Record<string, string>, number, RegExp]>([
    ['a batch', '[{"query":"{ hours }"}]', json, 400, /Batches.* send one operation a request/],
    [
      'a trusted document',
      '{"documentId":"abc"}',
      json,
      400,
      /`documentId` is not supported: .*`extensions.persistedQuery`/,
    ],
    ['an empty text', '{"query":""}', json, 400, /`query` must be .* "\{ __typename \}"/],
    ['no text', '{}', json, 400, /`query` must be/],
    ['a text alone', '"{ hours }"', json, 400, /is a JSON object: \{"query":/],
    [
      'an upload',
      new URLSearchParams({ operations: '{}' }),
      {},
      415,
      /`content-type: application\/json`.*file uploads are not/,
    ],
  ])('%s', async (_, body, headers, status, message) => {
    const response = await fetch(`${router.url}/graphql`, { method: 'POST', body, headers })
    const { errors } = (await response.json()) as Told
    expect([response.status, errors?.[0]?.extensions.code]).toEqual([status, 'BAD_REQUEST'])
    expect(errors?.[0]?.message).toMatch(message)
  })

  it('a trusted document by GET', async () => {
    const response = await fetch(`${router.url}/graphql?documentId=abc`)
    expect(((await response.json()) as Told).errors?.[0]?.message).toMatch(/`documentId` is not supported/)
  })
})

describe('an operation beyond a limit is refused, and no subgraph is called', () => {
  it.each([
    [
      'depth',
      { query: '{ books { reviews { book { reviews { text } } } } }' },
      200,
      { code: 'LIMIT_EXCEEDED', limit: 'MAX_DEPTH', allowed: 4, asked: 5 },
    ],
    ['tokens', { query: `{ ${'hours '.repeat(200)} }` }, 200, { code: 'GRAPHQL_PARSE_FAILED' }],
    [
      'text',
      { query: `{ hours } # ${'x'.repeat(2_000)}` },
      200,
      { code: 'LIMIT_EXCEEDED', limit: 'MAX_DOCUMENT', allowed: 2_000, asked: 2_012 },
    ],
    ['bytes', { query: `{ hours } # ${'x'.repeat(6_000)}` }, 413, { code: 'BODY_TOO_LARGE' }],
  ])('%s', async (_, body, status, extensions) => {
    expect(await post(body)).toMatchObject({ status, errors: [{ extensions }] })
    expect(library.flatMap(({ name }) => router.subgraph(name).requests)).toEqual([])
  })
})

describe('equal queries under way together', () => {
  /** Five at once, held until `requestCount` have reached the subgraph and the others wait for their results. */
  const together = async (requestCount: number, headers: (n: number) => Record<string, string> = () => ({})) => {
    const stock = router.subgraph('stock')
    stock.behave('held')
    router.lines.length = 0
    const answers = Array.from({ length: 5 }, (_, n) => post({ query: '{ hours }' }, headers(n)))
    const joined = () => router.lines.filter((line) => line.includes('an equal query is under way')).length
    await until(() => stock.requests.length + joined() === answers.length)
    expect(stock.requests).toHaveLength(requestCount)
    stock.release()
    return Promise.all(answers)
  }

  it('run once', async () => {
    expect(await together(1)).toEqual(Array(5).fill({ status: 200, data: { hours: '9-17' } }))
  })

  it('of different callers run separately', async () => {
    const tokens = await Promise.all(['ann', 'ann', 'bob', 'bob', 'eve'].map((sub) => issuer.sign({ sub })))
    await together(3, (n) => ({ authorization: `Bearer ${tokens[n]}` }))
  })

  it('are no mutations', async () => {
    const query = 'mutation { review(bookId: "b1", text: "good") { id } }'
    await Promise.all([post({ query }), post({ query })])
    expect(router.subgraph('my-reviews').requests).toHaveLength(2)
  })
})

describe('a client beyond its rate', () => {
  it('gets Retry-After, without effect on others', async () => {
    const narrow = await startTestRouter(library, {
      RATE_PER_SECOND: 0.001, // so seldom that none comes back while this test goes on
      RATE_BURST: 2,
      JWT_ISSUERS: [{ issuer: issuer.issuer }],
    })
    const as = async (sub: string) => ({ authorization: `Bearer ${await issuer.sign({ sub })}` })
    const body = JSON.stringify({ query: '{ hours }' })
    const statuses: number[] = []
    const ann = await as('ann')
    for (let n = 0; n < 3; n++) statuses.push((await narrow.post(body, ann)).status)
    const refused = await narrow.post(body, ann)
    expect(statuses).toEqual([200, 200, 429])
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/) // chassis/rate-limit.test.ts tells how long
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] })
    expect((await narrow.post(body, await as('bob'))).status).toBe(200)
    await narrow.close()
  })
})

describe('more than there is room for', () => {
  it('is answered with 503 and Retry-After at once', async () => {
    const narrow = await startTestRouter(library, { MAX_CONCURRENT: 1, MAX_WAITING: 0 })
    const stock = narrow.subgraph('stock')
    stock.behave('held')
    const first = narrow.post(JSON.stringify({ query: '{ hours }' }))
    await until(() => stock.requests.length)
    for (const query of ['{ open }', '{ a: hours }']) {
      const refused = await narrow.post(JSON.stringify({ query }))
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
      expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] })
    }
    stock.release()
    expect((await first).status).toBe(200)
    expect((await narrow.query('{ open }')).data).toEqual({ open: true })
    await narrow.close()
  })

  it('a request that takes too long is answered with 504', async () => {
    // real time: what it asks for is held
    const impatient = await startTestRouter(library, { REQUEST_TIMEOUT_MS: 50 })
    impatient.subgraph('stock').behave('held')
    const answer = await impatient.post(JSON.stringify({ query: '{ hours }' }))
    impatient.subgraph('stock').release()
    expect(answer.status).toBe(504)
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'TIMEOUT' } }] })
    await impatient.close()
  })
})

it('errors in variables are short, and reveal nothing else of the schema', async () => {
  const query = 'mutation ($book: NewBook!) { addBook(book: $book) { id } }'
  const misspelt = await post({ query, variables: { book: { title: 'Emma', wieght: 1 } } })
  expect(misspelt.errors?.[0]).toMatchObject({
    message: expect.stringMatching(/Field "wieght" is not defined by type "NewBook"\.$/),
    extensions: { code: 'BAD_USER_INPUT' },
  })
  const long = await post({ query, variables: { book: { title: ['x'.repeat(4_000)] } } })
  expect(long.errors?.[0]?.message.length).toBe(500)
  expect(router.subgraph('catalog').requests).toEqual([])
})

it('introspection is allowed, unless it is switched off', async () => {
  const secretive = await startTestRouter(library, { INTROSPECTION: 'off' })
  const introspection = await secretive.query('{ __schema { queryType { name } } }')
  expect(introspection.data).toBeUndefined()
  expect(introspection.errors?.[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })
  expect(await secretive.query('{ __typename hours }')).toEqual({ data: { __typename: 'Query', hours: '9-17' } })
  await secretive.close()
})

it.each([
  ['owes work', rateLimitedError(1_400), 429, 2],
  ['comes when too many wait', overloadedError(), 503, undefined],
] as const)('a client that %s gets the error and the time to retry', async (_, error, status, retryAfter) => {
  const answer = createAnswerer({
    readOperation: () => ({ errors: [error] }),
    persisted: createPersisted(),
    execute: async () => ({ data: {} }),
    formatError: formatError(() => {}),
    work: { run: async (_, task) => ({ result: task() }), charge: () => {} },
  })
  const request = { method: 'POST', accept: undefined, params: { query: '{ a }' } } as const
  const { body, ...rest } = await answer(request, { claims: null, headers: {} })
  expect(rest).toEqual({ status, type: 'application/json', ...(retryAfter && { retryAfter }) })
  expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: error.extensions.code } }] })
})
