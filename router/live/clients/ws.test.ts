import { describe, expect, it } from '@jest/globals'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { until } from '../../../chassis/testing/until.ts'
import { createStage, type Live, nothingLeft } from '../testing/live-fixture.ts'
import { as, INIT, subscribe } from '../testing/ws-connection.ts'

const { closes, start, raw, known, seconds } = createStage()

describe('the graphql-ws client', () => {
  const client = (live: Live, connectionParams?: Record<string, unknown>) => {
    const made = createClient({
      url: live.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams,
      retryAttempts: 0,
    })
    closes(() => made.dispose())
    return made
  }

  it('is answered queries and mutations', async () => {
    const iterate = client(await start()).iterate
    expect((await iterate({ query: '{ hello }' }).next()).value).toEqual({ data: { hello: 'world' } })
    expect((await iterate({ query: 'mutation { greet }' }).next()).value).toEqual({ data: { greet: 'hi' } })
  })

  it('is told what is subscribed, until it is over', async () => {
    const live = await start()
    const results: unknown[] = []
    const done = Promise.withResolvers<void>()
    const query = 'subscription ($to: Int) { counted(to: $to) }'
    client(live, { Authorization: 'Bearer ann' }).subscribe(
      { query, variables: { to: 2 } },
      { next: (result) => results.push(result), error: done.reject, complete: done.resolve },
    )
    const one = await live.nth(0)
    expect([one.who.claims?.sub, one.variables]).toEqual(['ann', { to: 2 }])
    one.sink.next('{"data":{"counted":1}}')
    one.sink.next('{"data":{"counted":2}}')
    one.sink.end()
    await done.promise
    expect(results).toEqual([{ data: { counted: 1 } }, { data: { counted: 2 } }])
  })

  it('is told why not', async () => {
    const live = await start()
    const errorsOf = async (query: string, operationName?: string) => {
      const failed = Promise.withResolvers<unknown>()
      client(live).subscribe(
        { query, operationName },
        { next: failed.resolve, error: failed.resolve, complete: () => failed.resolve(null) },
      )
      return failed.promise
    }
    expect(await errorsOf('{ nothing }')).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
    expect(await errorsOf('query tooMuch { hello }', 'tooMuch')).toMatchObject([{ extensions: { code: 'OVER_LIMIT' } }])
    expect(await errorsOf('subscription { refused }')).toMatchObject([
      { message: 'No.', extensions: { code: 'FORBIDDEN' } },
    ])
  })

  it('stops at once what it wants no longer', async () => {
    const live = await start()
    const dispose = client(live).subscribe(
      { query: 'subscription { counted }' },
      { next() {}, error() {}, complete() {} },
    )
    const one = await live.nth(0)
    dispose()
    await until(() => one.stopped === 1)
    await nothingLeft(live)
  })
})

describe('the protocol', () => {
  it.each<[string, unknown[], number, string]>([
    ['no JSON', ['{'], 4400, 'The message is no valid JSON'],
    ['no message', [{ type: 'hello' }], 4400, `Invalid message 'type' property "hello"`],
    [
      'a message of the server',
      [INIT, { type: 'next', id: '1', payload: {} }],
      4400,
      'A client sends no message of the type next',
    ],
    ['a very long wrong one', [{ type: 'x'.repeat(500) }], 4400, 'Invalid message received'],
    ['a very long id', [INIT, null, subscribe('x'.repeat(300))], 4400, 'An id has at most 256 characters'],
    ['two introductions', [INIT, INIT], 4429, 'Too many initialisation requests'],
    ['subscribing before the introduction is accepted', [INIT, subscribe('1')], 4401, 'Unauthorized'],
    ['an id in use', [INIT, null, subscribe('1'), subscribe('1')], 4409, 'Subscriber for 1 already exists'],
    ['a refused token', [as('gone')], 4403, 'The token has expired.'],
    ['a token that is no text', [{ ...INIT, payload: { authorization: 1 } }], 4403, 'The token has expired.'],
    ['one unknown token too many', [as('many')], 1013, 'Too many unknown tokens come from this address.'],
    [
      'a token that cannot be checked',
      [as('unknown')],
      1013,
      'The token cannot be checked now: its issuer does not answer.',
    ],
  ])('closes after %s', async (_, messages, code, reason) => {
    const live = await start()
    const talk = await raw(live)
    for (const message of messages) {
      if (message === null) await until(() => talk.type('connection_ack').length)
      else talk.say(message)
    }
    await until(() => talk.closed)
    expect(talk.closed).toEqual([code, reason])
    await nothingLeft(live)
  })

  it('takes no other subprotocol, nothing binary, nothing huge', async () => {
    const live = await start()
    for (const protocol of ['', 'graphql-ws']) {
      const talk = await raw(live, { protocol })
      await until(() => talk.closed ?? talk.status ?? talk.socket.readyState === WebSocket.CLOSED)
      if (protocol === '') expect(talk.closed).toEqual([4406, 'Subprotocol not acceptable'])
    }
    const binary = await raw(live)
    binary.socket.send(Buffer.from(JSON.stringify(INIT)))
    await until(() => binary.closed?.[0] === 4400)
    const huge = await raw(live)
    huge.say('x'.repeat(70_000))
    await until(() => huge.closed?.[0] === 1009)
    await nothingLeft(live)
  })

  it('answers a ping with its payload, before and after the introduction', async () => {
    const talk = await raw(await start())
    talk.say({ type: 'ping' }, { type: 'ping', payload: { at: 1 } }, { type: 'pong' }, INIT)
    await until(() => talk.type('connection_ack').length)
    expect(talk.heard.slice(0, 2)).toEqual([{ type: 'pong' }, { type: 'pong', payload: { at: 1 } }])
  })

  it('takes the token of the HTTP request, but that of the introduction first', async () => {
    const live = await start()
    const headers = { authorization: 'Bearer ben' }
    const one = await raw(live, { headers })
    one.say(INIT)
    await until(() => one.type('connection_ack').length)
    const other = await known(live, as('ann'), { headers })
    one.say(subscribe('1'))
    await until(() => live.begun.length === 1)
    other.say(subscribe('1'))
    await until(() => live.begun.length === 2)
    expect(live.begun.map(({ who }) => who.claims?.sub)).toEqual(['ben', 'ann'])
  })

  it('lets an id be used again once its operation is over, and mixes up no two of them', async () => {
    const live = await start()
    const talk = await known(live)
    talk.say(subscribe('1', 'subscription { never }'), { id: '1', type: 'complete' }, subscribe('1'))
    await until(() => live.begun.length === 2)
    live.admit()
    await until(() => live.begun[0]?.stopped === 1)
    live.begun[0]?.sink.next('{"data":{"never":1}}')
    live.begun[0]?.sink.end()
    live.begun[1]?.sink.next('{"data":{"counted":1}}')
    await until(() => talk.type('next').length)
    expect(talk.heard.slice(1)).toEqual([{ id: '1', type: 'next', payload: { data: { counted: 1 } } }])
    expect(live.count().operations).toBe(1)
  })

  it('sends what it is given, whatever is in it and in the id', async () => {
    const live = await start()
    const talk = await known(live)
    const id = '"장미\\🌹\n'
    talk.say(subscribe(id), subscribe('2'))
    const sinks = [(await live.nth(0)).sink, (await live.nth(1)).sink]
    const results = [{ data: { counted: '장미 🌹 "é"' } }, { data: null, errors: [] }]
    for (const result of results) for (const sink of sinks) sink.next(JSON.stringify(result))
    await until(() => talk.type('next').length === 4)
    expect(talk.type('next').map(({ id, payload }) => [id, payload])).toEqual(
      results.flatMap((result) => [id, '2'].map((each) => [each, result])),
    )
  })

  it('says what it has to say in its order: results, then the end of their operation or of the connection', async () => {
    const live = await start({ drainMs: 0 })
    const talk = await known(live)
    talk.say(subscribe('1', '{ hello }'), subscribe('2'), subscribe('3'))
    const [two, three] = [await live.nth(0), await live.nth(1)]
    two.sink.next('{"data":{"counted":1}}')
    two.sink.end()
    three.sink.next('{"data":{"counted":1}}')
    await live.close()
    await until(() => talk.closed)
    expect(talk.heard.slice(1).map(({ id, type }) => `${type} ${id}`)).toEqual([
      ...['next 1', 'complete 1', 'next 2', 'complete 2', 'next 3'],
    ])
  })

  it('tells an operation why it is ended from here', async () => {
    const live = await start()
    const talk = await known(live)
    talk.say(subscribe('a"b'))
    const { sink } = await live.nth(0)
    sink.end({ message: 'Enough.', code: 'ENOUGH' })
    await until(() => talk.type('error').length)
    expect(talk.heard[1]).toEqual({
      ...{ id: 'a"b', type: 'error' },
      payload: [{ message: 'Enough.', extensions: { code: 'ENOUGH' } }],
    })
  })
})

describe('time', () => {
  it('to introduce oneself is short', async () => {
    const talk = await raw(await start())
    seconds(4)
    await until(() => talk.closed)
    expect(talk.closed).toEqual([4408, 'Connection initialisation timeout'])
  })

  it('ends with the token: each operation is told, and the connection closed', async () => {
    const live = await start()
    const talk = await known(live, as('expiring'))
    talk.say(subscribe('1'), subscribe('2'))
    await until(() => live.begun.length === 2)
    seconds(1)
    await until(() => talk.closed)
    const payload = [{ message: expect.stringContaining('`after`'), extensions: { code: 'TOKEN_EXPIRED' } }]
    expect(talk.type('error')).toEqual([
      { id: '1', type: 'error', payload },
      { id: '2', type: 'error', payload },
    ])
    expect(talk.closed).toEqual([4403, 'The token has expired.'])
    expect(live.begun.map(({ stopped }) => stopped)).toEqual([1, 1])
  })

  it('shows who is gone without a word, and who is still there', async () => {
    const live = await start()
    const gone = await known(live, as('ann'), { autoPong: false })
    const there = await known(live, as('ben'))
    let pings = 0
    there.socket.on('ping', () => pings++)
    for (const times of [1, 2, 3]) {
      seconds(25)
      await until(() => pings === times)
      // Its pong goes before this, and so has come when this is answered.
      there.say({ type: 'ping' })
      await until(() => there.type('pong').length === times)
    }
    await until(() => gone.closed)
    expect([gone.closed?.[0], there.closed]).toEqual([1006, null])
  })
})
