import { type IncomingMessage, request } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import { type ClientOptions, createClient } from 'graphql-sse'
import { until } from '../../../chassis/testing/until.ts'
import { createAdmission } from '../../limits/load.ts'
import { createLiveFixture, type Live, nothingLeft } from '../testing/live-fixture.ts'
import type { LiveLimits } from './quotas.ts'

const { closeAfterTest, start, passSeconds } = createLiveFixture()

/** Sends an HTTP request; `text` is the part of the response that has arrived. */
const exchangeOf = (
  live: Live,
  query: string,
  { method = 'POST', headers = {}, search = '', body = JSON.stringify({ query }) } = {},
) => {
  const allHeaders = { accept: 'text/event-stream', 'content-type': 'application/json', ...headers }
  const sent = request(live.url + search, { method, headers: allHeaders, agent: false })
  const exchange = { sent, response: null as IncomingMessage | null, text: '', isOver: false }
  sent.on('response', (response) => {
    exchange.response = response
    response.setEncoding('utf8').on('data', (data) => (exchange.text += data))
    response.on('close', () => (exchange.isOver = true)).on('error', () => {})
  })
  sent.on('error', () => (exchange.isOver = true))
  sent.end(method === 'POST' ? body : undefined)
  closeAfterTest(() => sent.destroy())
  return exchange
}
const get = (live: Live, query: string, more = {}) =>
  exchangeOf(live, '', { method: 'GET', search: `?${new URLSearchParams({ query, ...more })}` })
const finished = async (exchange: ReturnType<typeof exchangeOf>) => {
  await until(() => exchange.isOver)
  return { status: exchange.response?.statusCode, headers: { ...exchange.response?.headers }, text: exchange.text }
}
const COUNTED = 'subscription { counted }'

describe('the graphql-sse client', () => {
  const client = (live: Live, options: Partial<ClientOptions> = {}) => {
    const created = createClient({ url: live.url, retryAttempts: 0, ...options } as ClientOptions) // no singleConnection
    closeAfterTest(() => created.dispose())
    return created
  }

  it('is answered queries and mutations', async () => {
    const { iterate } = client(await start())
    expect((await iterate({ query: '{ hello }' }).next()).value).toEqual({ data: { hello: 'world' } })
    expect((await iterate({ query: 'mutation { greet }' }).next()).value).toEqual({ data: { greet: 'hi' } })
  })

  it('gets the results of a subscription until it completes', async () => {
    const live = await start()
    const [results, done] = [[] as unknown[], Promise.withResolvers<void>()]
    client(live, { headers: { authorization: 'Bearer ann' } }).subscribe(
      { query: 'subscription ($to: Int) { counted(to: $to) }', variables: { to: 2 } },
      { next: (result) => results.push(result), error: done.reject, complete: done.resolve },
    )
    const one = await live.nth(0)
    expect([one.caller.claims?.sub, one.variables]).toEqual(['ann', { to: 2 }])
    one.sink.next('{"data":{"counted":1}}')
    one.sink.next('{"data":{"counted":2}}')
    one.sink.end()
    await done.promise
    expect(results).toEqual([{ data: { counted: 1 } }, { data: { counted: 2 } }])
  })

  it.each([
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ hello', 'GRAPHQL_PARSE_FAILED'],
    ['subscription { refused }', 'FORBIDDEN'],
  ])('gets the errors of %s in the stream', async (query, code) => {
    const results = client(await start()).iterate({ query })
    expect((await results.next()).value).toMatchObject({ errors: [{ extensions: { code } }] })
    expect((await results.next()).done).toBe(true)
  })

  it('stops a completed subscription at once', async () => {
    const live = await start()
    const dispose = client(live).subscribe({ query: COUNTED }, { next() {}, error() {}, complete() {} })
    const one = await live.nth(0)
    dispose()
    await until(() => one.stopped === 1)
    await until(() => live.count().connections === 0)
  })

  it('reconnects when the process stops', async () => {
    const live = await start()
    let tries = 0
    const retry = async () => {
      tries++
    }
    const failed = Promise.withResolvers<unknown>()
    const sink = { next() {}, error: failed.resolve, complete: () => failed.resolve('complete') }
    client(live, { retryAttempts: 1, retry }).subscribe({ query: COUNTED }, sink)
    await live.nth(0)
    await live.close()
    expect(await failed.promise).not.toBe('complete')
    expect(tries).toBe(1)
  })
})

describe('the stream', () => {
  it('has headers against buffering', async () => {
    const live = await start()
    const exchange = exchangeOf(live, COUNTED)
    const one = await live.nth(0)
    one.sink.next('{"data":{"counted":1}}')
    one.sink.end()
    const { status, headers, text } = await finished(exchange)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    expect(text).toBe(':\n\nevent: next\ndata: {"data":{"counted":1}}\n\nevent: complete\ndata:\n\n')
    expect(one.stopped).toBe(0)
  })

  it('has heartbeats', async () => {
    const exchange = exchangeOf(await start(), COUNTED)
    await until(() => exchange.text === ':\n\n')
    passSeconds(24)
    await until(() => exchange.text === ':\n\n:\n\n:\n\n')
  })

  it('ends with a reason', async () => {
    const live = await start()
    const exchange = exchangeOf(live, COUNTED)
    ;(await live.nth(0)).sink.end({ message: 'Enough.', code: 'SCHEMA_CHANGED' })
    const { text } = await finished(exchange)
    expect(text).toContain('{"errors":[{"message":"Enough.","extensions":{"code":"SCHEMA_CHANGED"}}]}')
    expect(text).toMatch(/\n\nevent: complete\ndata:\n\n$/)
  })

  it.each([
    ['expiring', 'The token expired at'],
    ['revocable', 'The token issued at'],
  ])('ends with the token (%s) without `complete`, so that clients come again', async (token, reason) => {
    const live = await start()
    const expiring = exchangeOf(live, COUNTED, { headers: { authorization: `Bearer ${token}` } })
    const one = await live.nth(0)
    live.revoke()
    passSeconds(1)
    const { text } = await finished(expiring)
    expect(text).toMatch(new RegExp(`^:\n\n: ${reason} .*: connect again with a new one\\.\n\n$`))
    expect(one.stopped).toBe(1)
  })

  it('that is drained before the subscription has started continues', async () => {
    const live = await start()
    const exchange = exchangeOf(live, 'subscription { never }')
    const one = await live.nth(0)
    while (one.sink.isReady()) one.sink.next(`{"data":"${'x'.repeat(10_000)}"}`)
    await until(() => one.sink.isReady())
    live.admit()
    await until(() => one.drained === 1)
    expect(exchange.isOver).toBe(false)
  })

  it('that is not read waits, and is ended after 30 seconds', async () => {
    const live = await start()
    const exchange = exchangeOf(live, COUNTED)
    const one = await live.nth(0)
    await until(() => exchange.response)
    const fill = () => {
      for (let i = 0; i < 2_000 && one.sink.isReady(); i++) one.sink.next(`{"data":"${'x'.repeat(10_000)}"}`)
    }
    exchange.response?.pause()
    fill()
    expect(one.sink.isReady()).toBe(false)
    exchange.response?.resume()
    await until(() => one.drained === 1 && one.sink.isReady())
    exchange.response?.pause()
    await until(() => {
      fill() // The kernel buffers some megabytes.
      passSeconds(1)
      return one.stopped === 1
    })
    await until(() => live.count().connections === 0)
  })
})

describe('a request', () => {
  it('by GET needs no extra header, as a browser sends it; mutations are refused', async () => {
    const live = await start()
    const query = 'query ($x: Boolean = false) { hello @include(if: $x) }'
    expect((await finished(get(live, query, { variables: '{"x":true}', operationName: '' }))).text).toContain('world')
    const refused = await finished(get(live, 'mutation { greet }'))
    expect([refused.status, refused.headers]).toMatchObject([405, { allow: 'POST' }])
  })

  it.each<[string, (live: Live) => ReturnType<typeof exchangeOf>, number]>([
    ['that is no JSON', (live) => exchangeOf(live, '', { body: '{' }), 400],
    ['that is null', (live) => exchangeOf(live, '', { body: 'null' }), 400],
    ['without a query', (live) => exchangeOf(live, '', { body: '{}' }), 400],
    [
      'with a form’s content type',
      (live) => exchangeOf(live, COUNTED, { headers: { 'content-type': 'text/plain' } }),
      415,
    ],
    ['whose variables are no JSON', (live) => get(live, '{ hello }', { variables: '{' }), 400],
    ['by DELETE', (live) => exchangeOf(live, '', { method: 'DELETE' }), 405],
    ['with a refused token', (live) => exchangeOf(live, COUNTED, { headers: { authorization: 'Bearer gone' } }), 401],
    [
      'whose token cannot be checked',
      (live) => exchangeOf(live, COUNTED, { headers: { authorization: 'Bearer unknown' } }),
      503,
    ],
  ])('%s is refused by an HTTP status', async (_, send, status) => {
    const live = await start()
    const response = await finished(send(live))
    expect([response.status, response.headers['content-type']]).toEqual([status, 'application/json; charset=utf-8'])
    expect(JSON.parse(response.text)).toMatchObject({ errors: [{ message: expect.any(String) }] })
    await nothingLeft(live)
  })

  it.each([
    ['application/json, text/event-stream', false],
    ['*/*', false],
    ['*/*, text/event-stream', false],
    ['application/graphql-response+json', false],
    ['text/event-stream, application/json', true],
    ['multipart/mixed, Text/Event-Stream;q=0.9, */*', true],
    ['text/event-stream;q=0, */*', false],
  ])('that accepts %s gets the type listed first', async (accept, isStream) => {
    const { headers, text } = await finished(exchangeOf(await start(), '{ hello }', { headers: { accept } }))
    expect(isStream ? headers['content-type'] : text).toBe(isStream ? 'text/event-stream; charset=utf-8' : 'not live')
  })

  it.each([
    ['application/json, text/event-stream', 'started'],
    ['application/graphql-response+json, application/json, text/event-stream, multipart/mixed', 'started'],
    ['application/json, text/event-stream;q=0', 'not live'],
    ['application/json, */*', 'not live'],
  ])('of a subscription that accepts %s gets events if they are listed anywhere', async (accept, expected) => {
    const live = await start()
    const exchange = exchangeOf(live, COUNTED, { headers: { accept } })
    await until(() => live.started.length || exchange.isOver)
    expect(live.started.length ? 'started' : exchange.text).toBe(expected)
  })
})

describe('limits', () => {
  it.each<[string, Partial<LiveLimits>, number]>([
    ['connections of a user', { connectionsPerUser: 1 }, 429],
    ['operations of a user', { operationsPerUser: 1 }, 429],
    ['connections of the process', { connections: 1 }, 503],
  ])('of %s: one too many gets Retry-After or a code to retry', async (_, limits, status) => {
    const live = await start(limits)
    const headers = { authorization: 'Bearer ann' }
    const first = exchangeOf(live, COUNTED, { headers })
    await live.nth(0)
    const second = await finished(exchangeOf(live, COUNTED, { headers }))
    expect([second.status, second.headers['retry-after']]).toEqual([status, '2'])
    first.sent.destroy()
    await nothingLeft(live)
    exchangeOf(live, COUNTED, { headers })
    await live.nth(1)
  })
})

describe('queries in a stream', () => {
  it('share admission with all requests and get OVERLOADED', async () => {
    const live = await start({}, { admission: createAdmission({ atOnce: 1, queue: 0, waitMs: 1_000 }) })
    exchangeOf(live, '{ slow }')
    await until(() => live.operationsRun() === 1)
    expect((await finished(exchangeOf(live, '{ hello }'))).text).toContain('"extensions":{"code":"OVERLOADED"}')
    exchangeOf(live, COUNTED)
    await live.nth(0)
  })

  it('that are not read count together: a user with too many unsent bytes has a stream disconnected', async () => {
    const live = await start({ untakenBytes: 1_500_000 })
    const sendBig = () => {
      const exchange = exchangeOf(live, `{ ${Array.from({ length: 9 }, (_, index) => `b${index}: big`)} }`)
      exchange.sent.on('response', (response) => response.pause())
      return exchange
    }
    const first = sendBig()
    await until(() => first.response)
    const second = sendBig()
    await until(() => live.operationsRun() === 2 && live.count().connections < 2)
    for (const { sent } of [first, second]) sent.destroy()
    await nothingLeft(live)
    expect((await finished(exchangeOf(live, '{ big }'))).text).toContain('event: complete')
  })
})

describe('connections without a token', () => {
  it('have at most half of all', async () => {
    const live = await start({ connections: 2 })
    exchangeOf(live, COUNTED)
    await live.nth(0)
    expect((await finished(exchangeOf(live, COUNTED))).status).toBe(503)
    exchangeOf(live, COUNTED, { headers: { authorization: 'Bearer ann' } })
    await live.nth(1)
  })
})

describe('connections of an address', () => {
  it('behind a proxy are counted by the client’s address, IPv6 by its /64', async () => {
    const live = await start({ connectionsPerAddress: 1 })
    const from = (address: string) => exchangeOf(live, COUNTED, { headers: { 'x-forwarded-for': address } })
    from('2001:db8:1:2::5')
    await live.nth(0)
    from('2001:db8:1:3::5')
    await live.nth(1)
    expect((await finished(from('2001:db8:1:2:ffff::6'))).status).toBe(429)
  })
})

describe('nothing is left behind', () => {
  it('of clients that disconnect, whatever they waited for', async () => {
    const live = await start()
    const exchanges = [COUNTED, 'subscription { never }', '{ slow }'].map((query) => exchangeOf(live, query))
    await until(() => live.started.length === 2 && live.count().operations === 3)
    for (const { sent } of exchanges) sent.destroy()
    await nothingLeft(live)
    live.admit()
    live.answerSlow()
    await until(() => live.started.every(({ stopped }) => stopped === 1))
  })

  it('of a client that disconnects before it is authenticated', async () => {
    const live = await start()
    const search = `?${new URLSearchParams({ query: COUNTED })}`
    const exchange = exchangeOf(live, '', { method: 'GET', search, headers: { authorization: 'Bearer slow' } })
    await until(async () => (await live.connections()) === 1)
    await until(() => live.waiting() === 1)
    exchange.sent.destroy()
    await nothingLeft(live)
    live.admit()
    await finished(exchangeOf(live, '{ hello }'))
    await nothingLeft(live)
    expect(live.started).toEqual([])
  })

  it('by RST', async () => {
    const live = await start()
    const exchange = exchangeOf(live, COUNTED)
    const one = await live.nth(0)
    exchange.sent.socket?.resetAndDestroy()
    await until(() => one.stopped === 1)
    await nothingLeft(live)
  })

  it('when the process stops: streams end, and say when to reconnect', async () => {
    const live = await start()
    const exchange = exchangeOf(live, COUNTED)
    const one = await live.nth(0)
    await live.close()
    const { text } = await finished(exchange)
    expect(text).toMatch(/^:\n\nretry: \d+\n\n$/)
    expect([one.stopped, await live.connections()]).toEqual([1, 0])
  })
})
