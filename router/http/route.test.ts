import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { createVerifier } from '../../chassis/signed-context.ts'
import { startIssuer } from '../testing/issuer.ts'
import { library } from '../testing/library.ts'
import { startTestRouter } from '../testing/router.ts'

const CONTEXT_KEYS = new Map(library.map(({ name }) => [name, name.padEnd(32, '.')]))
let issuer: Awaited<ReturnType<typeof startIssuer>>
let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  issuer = await startIssuer()
  router = await startTestRouter(library, { JWT_ISSUERS: [{ issuer: issuer.issuer }], CONTEXT_KEYS })
})
afterAll(async () => {
  await router.close()
  await issuer.close()
})
beforeEach(() => {
  for (const { name } of library) router.subgraph(name).requests.length = 0
})

const hours = JSON.stringify({ query: '{ hours }' })
const get = (search: string, headers: Record<string, string> = {}) =>
  fetch(`${router.url}/graphql?${search}`, { headers })
const firstRequestOf = (name: string) => router.subgraph(name).requests[0] ?? { headers: {}, body: '' }
/** What the header of a subgraph's request proves to the holder of a key. */
const provenTo = (
  audience: string,
  key = CONTEXT_KEYS.get(audience) ?? '',
  { headers, body } = firstRequestOf(audience),
) =>
  createVerifier(audience, new Map([['router', [key]]]))(
    { method: 'POST', path: '/graphql', body, header: `${headers['x-context']}` },
    Date.now(),
  )

describe('POST and GET', () => {
  it('answer a query', async () => {
    const posted = await router.post(hours)
    expect([posted.status, posted.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    const got = await get('query={hours}')
    expect([await posted.json(), await got.json()]).toEqual([{ data: { hours: '9-17' } }, { data: { hours: '9-17' } }])
  })

  it('answer as application/graphql-response+json if the client accepts it', async () => {
    const accept = 'application/graphql-response+json'
    const response = await router.post(hours, { accept })
    expect(response.headers.get('content-type')).toBe(`${accept}; charset=utf-8`)
    const wrong = await router.post(JSON.stringify({ query: '{ nobody }' }), { accept })
    expect(wrong.status).toBe(400)
  })

  it('tell who asks for nothing what to send', async () => {
    const nothing = await get('')
    expect(nothing.status).toBe(400)
    expect(await nothing.json()).toMatchObject({
      errors: [{ message: expect.stringMatching(/post .*query.*GraphiQL/) }],
    })
  })

  it.each([
    ['another content type', hours, { 'content-type': 'text/plain' }, 415],
    ['no JSON', '{', {}, 400],
    ['a forged token', hours, { authorization: 'Bearer a.b.c' }, 401],
    ['too much', `{"query":"{ hours } # ${'x'.repeat(1024 * 1024)}"}`, {}, 413],
    ['events for no operation', '{}', { events: 'yes' }, 400],
  ])(
    'refuse %s in the type that the client prefers',
    async (_, body, { events, ...headers }: Record<string, string>, status) => {
      const type = 'application/graphql-response+json'
      const response = await router.post(body, {
        ...headers,
        accept: events ? `text/event-stream, ${type}` : `${type}, application/json;q=0.9`,
      })
      expect([response.status, response.headers.get('content-type')]).toEqual([status, `${type}; charset=utf-8`])
      expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String) }] })
      const json = await router.post(body, headers)
      expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8')
    },
  )

  it('change nothing by GET', async () => {
    const response = await get('query=mutation{review(bookId:"b1",text:""){id}}')
    expect(response.status).toBe(405)
    expect(router.subgraph('my-reviews').requests).toEqual([])
  })

  it('refuse what a form of another site could post', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect((await router.post(hours, { 'content-type': type })).status).toBe(415)
    }
    expect(router.subgraph('stock').requests).toEqual([])
  })

  it.each([
    ['no JSON', '{', 400],
    ['no object', '[]', 400],
    ['without a query', '{}', 400],
    ['too large', JSON.stringify({ query: `{ hours } # ${'x'.repeat(1024 * 1024)}` }), 413],
  ])('refuse a body that is %s', async (_, body, status) => {
    const response = await router.post(body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String) }] })
  })

  it.each([
    ['charset=utf8', { 'content-type': 'application/json; charset=utf8' }],
    ['charset="UTF-8"', { 'content-type': 'application/json;charset="UTF-8"' }],
    ['content-encoding: Identity', { 'content-encoding': 'Identity' }],
  ])('accept %s', async (_, headers) => {
    expect((await router.post(hours, headers)).status).toBe(200)
  })
  it.each(['utf-16', 'latin1', 'utf-8x', '"utf8'])('refuse charset=%s', async (charset) => {
    expect((await router.post(hours, { 'content-type': `application/json; charset=${charset}` })).status).toBe(415)
  })

  it('accept a byte order mark before the JSON', async () => {
    expect(await (await router.post(`\uFEFF${hours}`)).json()).toEqual({ data: { hours: '9-17' } })
  })

  it('accept a request target in absolute form', async () => {
    const head = { host: 'elsewhere.example', 'content-type': 'application/json' }
    const answered = new Promise((resolve, reject) => {
      const path = 'http://api.example:80/graphql?any'
      const post = request(router.url, { method: 'POST', path, headers: head }, (response) =>
        resolve(response.resume().statusCode),
      )
      post.on('error', reject).end(hours)
    })
    expect(await answered).toBe(200)
  })

  it('refuse a body that turns out too large while it comes', async () => {
    const status = await new Promise((resolve, reject) => {
      const post = request(`${router.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' } })
      post.on('response', (response) => resolve(response.resume().statusCode))
      post.on('error', reject)
      for (let i = 0; i < 20; i++) post.write(' '.repeat(64 * 1024))
      post.end()
    })
    expect(status).toBe(413)
  })

  it('have no other methods, and no page', async () => {
    const put = await fetch(`${router.url}/graphql`, { method: 'PUT', headers: { 'content-type': 'application/json' } })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST'])
    expect((await get('', { accept: 'text/html' })).headers.get('content-type')).not.toContain('html')
  })
})

describe('the caller', () => {
  it('is sent to each subgraph, signed for it and for the body', async () => {
    const token = await issuer.sign({ sub: 'ann', roles: ['READER'], scope: 'read' })
    const headers = { authorization: `Bearer ${token}`, 'x-context': 'forged', 'x-request-id': 'r-1' }
    await router.query('{ books { rating } }', {}, headers)
    for (const audience of ['catalog', 'my-reviews']) {
      const claims = { sub: 'ann', roles: ['READER'], scopes: ['read'] }
      expect(provenTo(audience)).toEqual({ by: 'router', claims, once: false })
      expect(firstRequestOf(audience).headers.authorization).toBeUndefined()
    }
  })

  it('is proven to each subgraph with a key of its own, which proves nothing to another', async () => {
    await router.query('{ books { rating } }')
    expect(provenTo('catalog')).toMatchObject({ by: 'router' })
    for (const other of ['my-reviews', 'stock'])
      expect(provenTo('catalog', CONTEXT_KEYS.get(other))).toEqual({ refused: expect.any(String) })
  })

  it('changes something by a header that is good once, and asks by one that is not', async () => {
    await router.query('mutation { review(bookId: "b1", text: "") { book { title } } }')
    expect(provenTo('my-reviews')).toMatchObject({ once: true })
    expect(provenTo('catalog')).toMatchObject({ once: false })
  })

  it('may be anonymous', async () => {
    await router.query('{ hours }')
    expect(provenTo('stock')).toEqual({ by: 'router', claims: null, once: false })
  })

  it('gets 401 for an invalid token', async () => {
    const response = await router.post(hours, { authorization: `Bearer ${await issuer.sign({ exp: 1 })}` })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="The token has expired."',
    )
    expect(await response.json()).toEqual({
      errors: [{ message: 'The token has expired.', extensions: { code: 'UNAUTHENTICATED' } }],
    })
    expect(router.subgraph('stock').requests).toEqual([])
  })

  it('gets 503 if the token cannot be checked', async () => {
    const away = await startIssuer()
    const authorization = `Bearer ${await away.sign()}`
    await away.close()
    const other = await startTestRouter(library, { JWT_ISSUERS: [{ issuer: away.issuer }] })
    const [response, anonymous] = [await other.post(hours, { authorization }), await other.post(hours)]
    const ready = await fetch(`${other.url}/ready`)
    await other.close()
    expect([response.status, response.headers.get('retry-after'), anonymous.status, ready.status]).toEqual([
      503,
      '2',
      200,
      200,
    ])
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'ISSUER_UNAVAILABLE' } }] })
  })

  it('is not sent to a subgraph without a key', async () => {
    const other = await startTestRouter(library)
    await other.query('{ hours }')
    const headers = other.subgraph('stock').requests[0]?.headers
    await other.close()
    expect(headers).toMatchObject({ 'content-type': 'application/json' })
    expect(headers).not.toHaveProperty('x-context')
  })
})

it('logs if only some subgraphs have a key', async () => {
  const warned = 'CONTEXT_KEYS has no key for some subgraphs'
  const [stock = ''] = [CONTEXT_KEYS.get('stock')]
  const other = await startTestRouter(library, { CONTEXT_KEYS: new Map([['stock', stock]]) })
  await other.close()
  const lines = other.lines.filter((line) => line.includes(warned))
  expect(lines.map((line) => JSON.parse(line).subgraphs)).toEqual([['catalog', 'my-reviews']])
  expect(router.lines.join()).not.toContain(warned)
})

describe('a request can be followed', () => {
  it('by the id and trace the client gave', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    const given = { 'x-request-id': 'r-1', traceparent: `00-${trace}-00f067aa0ba902b7-01` }
    const response = await router.post(hours, given)
    expect(response.headers.get('x-request-id')).toBe('r-1')
    expect(firstRequestOf('stock').headers['x-request-id']).toBe('r-1')
    expect(firstRequestOf('stock').headers.traceparent).toMatch(
      new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`),
    )
  })

  it('by new ids if it has none that are safe to pass on', async () => {
    const response = await router.post(hours, { 'x-request-id': 'a b"', traceparent: 'no' })
    const id = response.headers.get('x-request-id')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(firstRequestOf('stock').headers['x-request-id']).toBe(id)
    expect(firstRequestOf('stock').headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  })

  it('in the log, which holds no token and no variable', async () => {
    const token = await issuer.sign()
    const headers = { authorization: `Bearer ${token}`, 'x-request-id': 'to-be-logged' }
    router.subgraph('catalog').behave({ status: 500, text: '' })
    await router.query('query ($id: ID!) { book(id: $id) { id } }', { id: 'very-private' }, headers)
    router.subgraph('catalog').behave('right')
    const lines = router.lines.filter((line) => line.includes('to-be-logged'))
    expect(lines).toHaveLength(2)
    expect(router.lines.join()).not.toContain(token)
    expect(router.lines.join()).not.toContain('very-private')
  })
})

describe('clients that stay connected', () => {
  const url = () => `${router.url.replace('http', 'ws')}/graphql`
  const claimsTold = () => {
    const proven = provenTo('stock')
    return 'claims' in proven ? proven.claims : undefined
  }

  it('are answered over a WebSocket with their caller’s rights', async () => {
    const connectionParams = { authorization: `Bearer ${await issuer.sign()}` }
    const client = createWsClient({ url: url(), connectionParams, webSocketImpl: WebSocket, retryAttempts: 0 })
    const { value } = await client.iterate({ query: '{ hours }' }).next()
    await client.dispose()
    expect([value, claimsTold()?.sub]).toEqual([{ data: { hours: '9-17' } }, 'ann'])
  })

  it('are answered in events with their caller’s rights', async () => {
    const headers = { authorization: `Bearer ${await issuer.sign()}` }
    const client = createSseClient({ url: `${router.url}/graphql`, headers, retryAttempts: 0 })
    const { value } = await client.iterate({ query: '{ hours }' }).next()
    client.dispose()
    expect([value, claimsTold()?.sub]).toEqual([{ data: { hours: '9-17' } }, 'ann'])
  })

  const over = {
    HTTP: async (query: string) => void (await router.query(query)),
    'a WebSocket': async (query: string) => {
      const client = createWsClient({ url: url(), webSocketImpl: WebSocket, retryAttempts: 0 })
      await client.iterate({ query }).next()
      await client.dispose()
    },
    events: async (query: string) => {
      const client = createSseClient({ url: `${router.url}/graphql`, retryAttempts: 0 })
      await client.iterate({ query }).next()
      client.dispose()
    },
  }
  it.each(['HTTP', 'a WebSocket', 'events'] as const)('open no circuit alone over %s', async (transport) => {
    router.lines.length = 0
    router.subgraph('stock').behave({ status: 503, text: '' })
    for (let n = 0; n < 12; n++) await over[transport]('{ hours }')
    router.subgraph('stock').behave('right')
    expect(router.subgraph('stock').requests).toHaveLength(24) // each query is repeated once
    expect(router.lines.filter((line) => line.includes('"circuit"'))).toEqual([])
  })

  it('get the same errors as over HTTP', async () => {
    const client = createSseClient({ url: `${router.url}/graphql`, retryAttempts: 0 })
    const query = 'query ($id: ID!) { book(id: $id) { id } }'
    const { value } = await client.iterate({ query, variables: { id: [] } }).next()
    client.dispose()
    expect(value).toEqual({ errors: (await router.query(query, { id: [] })).errors })
  })
})
