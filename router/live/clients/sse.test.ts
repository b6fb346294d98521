import { type IncomingMessage, request } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import { type ClientOptions, createClient } from 'graphql-sse'
import { until } from '../../../chassis/testing/until.ts'
import { createAdmission } from '../../limits/load.ts'
import { createLiveFixture, type Live, nothingLeft } from '../testing/live-fixture.ts'
import type { LiveLimits } from './quotas.ts'

const { closeAfterTest, start, passSeconds } = createLiveFixture()

/** An HTTP request as it is; `text` is what has come of the answer so far. */
const raw = (
  live: Live,
  query: string,
  { method = 'POST', headers = {}, search = '', body = JSON.stringify({ query }) } = {},
) => {
  const given = { accept: 'text/event-stream', 'content-type': 'application/json', ...headers }
  const sent = request(live.url + search, { method, headers: given, agent: false })
  const talk = { sent, answer: null as IncomingMessage | null, text: '', isOver: false }
  sent.on('response', (answer) => {
    talk.answer = answer
    answer.setEncoding('utf8').on('data', (data) => (talk.text += data))
    answer.on('close', () => (talk.isOver = true)).on('error', () => {})
  })
  sent.on('error', () => (talk.isOver = true))
  sent.end(method === 'POST' ? body : undefined)
  closeAfterTest(() => sent.destroy())
  return talk
}
const get = (live: Live, query: string, more = {}) =>
  raw(live, '', { method: 'GET', search: `?${new URLSearchParams({ query, ...more })}` })
const over = async (talk: ReturnType<typeof raw>) => {
  await until(() => talk.isOver)
  return { status: talk.answer?.statusCode, headers: { ...talk.answer?.headers }, text: talk.text }
}
const COUNTED = 'subscription { counted }'

describe('the graphql-sse client', () => {
  const client = (live: Live, options: Partial<ClientOptions> = {}) => {
    const made = createClient({ url: live.url, retryAttempts: 0, ...options } as ClientOptions) // no singleConnection
    closeAfterTest(() => made.dispose())
    return made
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
    const talk = raw(live, COUNTED)
    const one = await live.nth(0)
    one.sink.next('{"data":{"counted":1}}')
    one.sink.end()
    const { status, headers, text } = await over(talk)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    })
    expect(text).toBe(':\n\nevent: next\ndata: {"data":{"counted":1}}\n\nevent: complete\ndata:\n\n')
    expect(one.stopped).toBe(0)
  })

  it('has heartbeats', async () => {
    const talk = raw(await start(), COUNTED)
    await until(() => talk.text === ':\n\n')
    passSeconds(24)
    await until(() => talk.text === ':\n\n:\n\n:\n\n')
  })

  it('ends with a reason, or with the token', async () => {
    const live = await start()
    const first = raw(live, COUNTED)
    ;(await live.nth(0)).sink.end({ message: 'Enough.', code: 'ENOUGH' })
    expect((await over(first)).text).toContain('{"errors":[{"message":"Enough.","extensions":{"code":"ENOUGH"}}]}')
    const expiring = raw(live, COUNTED, { headers: { authorization: 'Bearer expiring' } })
    await live.nth(1)
    passSeconds(1)
    const second = await over(expiring)
    expect(second.text).toMatch(/"code":"TOKEN_EXPIRED".*\n\nevent: complete\ndata:\n\n$/)
    expect((await live.nth(1)).stopped).toBe(1)
  })

  it('that is drained before the subscription has started continues', async () => {
    const live = await start()
    const talk = raw(live, 'subscription { never }')
    const one = await live.nth(0)
    while (one.sink.isReady()) one.sink.next(`{"data":"${'x'.repeat(10_000)}"}`)
    await until(() => one.sink.isReady())
    live.admit()
    await until(() => one.drained === 1)
    expect(talk.isOver).toBe(false)
  })

  it('that is not read waits, and is ended after 30 seconds', async () => {
    const live = await start()
    const talk = raw(live, COUNTED)
    const one = await live.nth(0)
    await until(() => talk.answer)
    const fill = () => {
      for (let i = 0; i < 2_000 && one.sink.isReady(); i++) one.sink.next(`{"data":"${'x'.repeat(10_000)}"}`)
    }
    talk.answer?.pause()
    fill()
    expect(one.sink.isReady()).toBe(false)
    talk.answer?.resume()
    await until(() => one.drained === 1 && one.sink.isReady())
    talk.answer?.pause()
    await until(() => {
      fill() // The system takes some megabytes on its behalf.
      passSeconds(1)
      return one.stopped === 1
    })
    await until(() => live.count().connections === 0)
  })
})

describe('a request', () => {
  it('by GET is answered without a header of its own, as a browser sends it; it changes nothing', async () => {
    const live = await start()
    const query = 'query ($x: Boolean = false) { hello @include(if: $x) }'
    expect((await over(get(live, query, { variables: '{"x":true}', operationName: '' }))).text).toContain('world')
    const refused = await over(get(live, 'mutation { greet }'))
    expect([refused.status, refused.headers]).toMatchObject([405, { allow: 'POST' }])
  })

  it.each<[string, (live: Live) => ReturnType<typeof raw>, number]>([
    ['that is no JSON', (live) => raw(live, '', { body: '{' }), 400],
    ['that is null', (live) => raw(live, '', { body: 'null' }), 400],
    ['without a query', (live) => raw(live, '', { body: '{}' }), 400],
    ['of a form', (live) => raw(live, COUNTED, { headers: { 'content-type': 'text/plain' } }), 415],
    ['whose variables are no JSON', (live) => get(live, '{ hello }', { variables: '{' }), 400],
    ['by DELETE', (live) => raw(live, '', { method: 'DELETE' }), 405],
    ['with a refused token', (live) => raw(live, COUNTED, { headers: { authorization: 'Bearer gone' } }), 401],
    [
      'whose token cannot be checked',
      (live) => raw(live, COUNTED, { headers: { authorization: 'Bearer unknown' } }),
      503,
    ],
  ])('%s is refused in HTTP', async (_, send, status) => {
    const live = await start()
    const answer = await over(send(live))
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/json; charset=utf-8'])
    expect(JSON.parse(answer.text)).toMatchObject({ errors: [{ message: expect.any(String) }] })
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
  ])('that accepts %s gets what it named first', async (accept, isStream) => {
    const { headers, text } = await over(raw(await start(), '{ hello }', { headers: { accept } }))
    expect(isStream ? headers['content-type'] : text).toBe(isStream ? 'text/event-stream; charset=utf-8' : 'not live')
  })

  it.each([
    ['application/json, text/event-stream', 'started'],
    ['application/graphql-response+json, application/json, text/event-stream, multipart/mixed', 'started'],
    ['application/json, text/event-stream;q=0', 'not live'],
    ['application/json, */*', 'not live'],
  ])('of a subscription that accepts %s gets events if it named them anywhere', async (accept, expected) => {
    const live = await start()
    const talk = raw(live, COUNTED, { headers: { accept } })
    await until(() => live.started.length || talk.isOver)
    expect(live.started.length ? 'started' : talk.text).toBe(expected)
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
    const first = raw(live, COUNTED, { headers })
    await live.nth(0)
    const second = await over(raw(live, COUNTED, { headers }))
    expect([second.status, second.headers['retry-after']]).toEqual([status, '2'])
    first.sent.destroy()
    await nothingLeft(live)
    raw(live, COUNTED, { headers })
    await live.nth(1)
  })
})

describe('queries in a stream', () => {
  it('share admission with all requests and get OVERLOADED', async () => {
    const live = await start({}, { admission: createAdmission({ atOnce: 1, queue: 0, waitMs: 1_000 }) })
    raw(live, '{ slow }')
    await until(() => live.operationsRun() === 1)
    expect((await over(raw(live, '{ hello }'))).text).toContain('"extensions":{"code":"OVERLOADED"}')
    raw(live, COUNTED)
    await live.nth(0)
  })

  it('that are not taken count together: beyond what one user may have waiting a stream is cut off', async () => {
    const live = await start({ untakenBytes: 1_500_000 })
    const ask = () => {
      const talk = raw(live, `{ ${Array.from({ length: 9 }, (_, index) => `b${index}: big`)} }`)
      talk.sent.on('response', (answer) => answer.pause())
      return talk
    }
    const first = ask()
    await until(() => first.answer)
    const second = ask()
    await until(() => live.operationsRun() === 2 && live.count().connections < 2)
    for (const { sent } of [first, second]) sent.destroy()
    await nothingLeft(live)
    expect((await over(raw(live, '{ big }'))).text).toContain('event: complete')
  })
})

describe('connections without a token', () => {
  it('have half of all, so that others find room', async () => {
    const live = await start({ connections: 2 })
    raw(live, COUNTED)
    await live.nth(0)
    expect((await over(raw(live, COUNTED))).status).toBe(503)
    raw(live, COUNTED, { headers: { authorization: 'Bearer ann' } })
    await live.nth(1)
  })
})

describe('connections of an address', () => {
  it('are behind a proxy those of the client, an IPv6 one by its /64', async () => {
    const live = await start({ connectionsPerAddress: 1 })
    const from = (address: string) => raw(live, COUNTED, { headers: { 'x-forwarded-for': address } })
    from('2001:db8:1:2::5')
    await live.nth(0)
    from('2001:db8:1:3::5')
    await live.nth(1)
    expect((await over(from('2001:db8:1:2:ffff::6'))).status).toBe(429)
  })
})

describe('nothing is left behind', () => {
  it('of clients that vanish, whatever they waited for', async () => {
    const live = await start()
    const talks = [COUNTED, 'subscription { never }', '{ slow }'].map((query) => raw(live, query))
    await until(() => live.started.length === 2 && live.count().operations === 3)
    for (const { sent } of talks) sent.destroy()
    await nothingLeft(live)
    live.admit()
    live.answerSlow()
    await until(() => live.started.every(({ stopped }) => stopped === 1))
  })

  it('of a client that disconnects before it is authenticated', async () => {
    const live = await start()
    const search = `?${new URLSearchParams({ query: COUNTED })}`
    const talk = raw(live, '', { method: 'GET', search, headers: { authorization: 'Bearer slow' } })
    await until(async () => (await live.connections()) === 1)
    await until(() => live.waiting() === 1)
    talk.sent.destroy()
    await nothingLeft(live)
    live.admit()
    await over(raw(live, '{ hello }'))
    await nothingLeft(live)
    expect(live.started).toEqual([])
  })

  it('by RST', async () => {
    const live = await start()
    const talk = raw(live, COUNTED)
    const one = await live.nth(0)
    talk.sent.socket?.resetAndDestroy()
    await until(() => one.stopped === 1)
    await nothingLeft(live)
  })

  it('when the process stops: streams end, and say when to come back', async () => {
    const live = await start()
    const talk = raw(live, COUNTED)
    const one = await live.nth(0)
    await live.close()
    const { text } = await over(talk)
    expect(text).toMatch(/^:\n\nretry: \d+\n\n$/)
    expect([one.stopped, await live.connections()]).toEqual([1, 0])
  })
})
