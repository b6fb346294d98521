import { describe, expect, it } from '@jest/globals'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { until } from '../../../chassis/testing/until.ts'
import { createWorkQueue } from '../../limits/work-queue.ts'
import { createLiveFixture, type Live, nothingLeft } from '../testing/live-fixture.ts'
import { as, INIT, subscribe } from '../testing/ws-connection.ts'

const { closeAfterTest, start, connect, connectAs, passSeconds } = createLiveFixture()

describe('the graphql-ws client', () => {
  const client = (live: Live, connectionParams?: Record<string, unknown>) => {
    const created = createClient({
      url: live.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams,
      retryAttempts: 0,
    })
    closeAfterTest(() => created.dispose())
    return created
  }

  it('is answered queries and mutations', async () => {
    const iterate = client(await start()).iterate
    expect((await iterate({ query: '{ hello }' }).next()).value).toEqual({ data: { hello: 'world' } })
    expect((await iterate({ query: 'mutation { greet }' }).next()).value).toEqual({ data: { greet: 'hi' } })
  })

  it('gets the results of a subscription until it completes', async () => {
    const live = await start()
    const results: unknown[] = []
    const done = Promise.withResolvers<void>()
    const query = 'subscription ($to: Int) { counted(to: $to) }'
    client(live, { Authorization: 'Bearer ann' }).subscribe(
      { query, variables: { to: 2 } },
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

  it('gets the errors of refused operations', async () => {
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

  it.each([
    ['authToken', { authToken: 'ann' }],
    ['headers', { headers: { authorization: 'Bearer ann' } }],
    ['no parameter', {}],
  ])('without a token where it belongs, but in %s, is told so', async (_, params) => {
    const live = await start()
    const failed = Promise.withResolvers<unknown>()
    client(live, params).subscribe(
      { query: 'subscription { mine }' },
      { next: failed.resolve, error: failed.resolve, complete: () => failed.resolve(null) },
    )
    expect(await failed.promise).toMatchObject([
      {
        message: 'Sign in. No token came with this connection: it belongs in connectionParams.authorization.',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ])
  })

  it('stops a completed subscription at once', async () => {
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
    ['a message that is no JSON', ['{'], 4400, 'The message is not valid JSON'],
    ['a message of no known type', [{ type: 'hello' }], 4400, `Invalid message 'type' property "hello"`],
    [
      'a message that only servers send',
      [INIT, { type: 'next', id: '1', payload: {} }],
      4400,
      'A client sends no message of the type next',
    ],
    ['a very long invalid message', [{ type: 'x'.repeat(500) }], 4400, 'Invalid message received'],
    ['a very long id', [INIT, null, subscribe('x'.repeat(300))], 4400, 'An id has at most 256 characters'],
    ['a second connection_init', [INIT, INIT], 4429, 'Too many initialisation requests'],
    ['subscribing before connection_ack', [INIT, subscribe('1')], 4401, 'Unauthorized'],
    ['an id in use', [INIT, null, subscribe('1'), subscribe('1')], 4409, 'Subscriber for 1 already exists'],
    ['a refused token', [as('gone')], 4403, 'The token has expired.'],
    ['a token that is no text', [{ ...INIT, payload: { authorization: 1 } }], 4403, 'The token has expired.'],
    ['too many unknown tokens', [as('many')], 1013, 'Too many unknown tokens come from this address.'],
    [
      'a token that cannot be checked',
      [as('unknown')],
      1013,
      'The token cannot be checked now: its issuer does not answer.',
    ],
  ])('closes after %s', async (_, messages, code, reason) => {
    const live = await start()
    const client = await connect(live)
    for (const message of messages) {
      if (message === null) await until(() => client.ofType('connection_ack').length)
      else client.send(message)
    }
    await until(() => client.closed)
    expect(client.closed).toEqual([code, reason])
    await nothingLeft(live)
  })

  it('refuses other subprotocols, huge messages, and binary ones that are not UTF-8', async () => {
    const live = await start()
    for (const protocol of ['', 'graphql-ws']) {
      const client = await connect(live, { protocol })
      await until(() => client.closed)
      expect(client.closed).toEqual([4406, expect.stringContaining('use graphql-transport-ws')])
    }
    const other = await connect(live, { protocol: 'mqtt' })
    await until(() => other.socket.readyState === WebSocket.CLOSED)
    const binary = await connect(live)
    binary.socket.send(Buffer.of(0x22, 0xff, 0x22)) // a string in JSON, but not in UTF-8
    await until(() => binary.closed)
    expect(binary.closed).toEqual([4400, 'Messages are in UTF-8'])
    const huge = await connect(live)
    huge.send('x'.repeat(70_000))
    await until(() => huge.closed?.[0] === 1009)
    await nothingLeft(live)
  })

  it('takes text in binary frames, as graphql-ws does', async () => {
    const client = await connect(await start())
    for (const message of [INIT, { type: 'ping', payload: { at: '꽃' } }]) {
      client.socket.send(Buffer.from(JSON.stringify(message)))
    }
    await until(() => client.ofType('connection_ack').length)
    expect(client.ofType('pong')).toEqual([{ type: 'pong', payload: { at: '꽃' } }])
  })

  it('answers a ping with its payload, before and after connection_init', async () => {
    const client = await connect(await start())
    client.send({ type: 'ping' }, { type: 'ping', payload: { at: 1 } }, { type: 'pong' }, INIT)
    await until(() => client.ofType('connection_ack').length)
    expect(client.received.slice(0, 2)).toEqual([{ type: 'pong' }, { type: 'pong', payload: { at: 1 } }])
  })

  it('takes the token of connection_init, or else that of the HTTP request', async () => {
    const live = await start()
    const headers = { authorization: 'Bearer ben' }
    const one = await connect(live, { headers })
    one.send(INIT)
    await until(() => one.ofType('connection_ack').length)
    const other = await connectAs(live, as('ann'), { headers })
    one.send(subscribe('1'))
    await until(() => live.started.length === 1)
    other.send(subscribe('1'))
    await until(() => live.started.length === 2)
    expect(live.started.map(({ caller }) => caller.claims?.sub)).toEqual(['ben', 'ann'])
  })

  it('lets an id be used again after its operation, and does not mix the two up', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.send(subscribe('1', 'subscription { never }'))
    await live.nth(0)
    client.send({ id: '1', type: 'complete' }, subscribe('1'))
    await live.nth(1)
    live.admit()
    await until(() => live.started[0]?.stopped === 1)
    live.started[0]?.sink.next('{"data":{"never":1}}')
    live.started[0]?.sink.end()
    live.started[1]?.sink.next('{"data":{"counted":1}}')
    await until(() => client.ofType('next').length)
    expect(client.received.slice(1)).toEqual([{ id: '1', type: 'next', payload: { data: { counted: 1 } } }])
    expect(live.count().operations).toBe(1)
  })

  it('sends results unchanged, whatever they and the id contain', async () => {
    const live = await start()
    const client = await connectAs(live)
    const id = '"장미\\🌹\n'
    client.send(subscribe(id), subscribe('2'))
    const sinks = [(await live.nth(0)).sink, (await live.nth(1)).sink]
    const results = [{ data: { counted: '장미 🌹 "é"' } }, { data: null, errors: [] }]
    for (const result of results) for (const sink of sinks) sink.next(JSON.stringify(result))
    await until(() => client.ofType('next').length === 4)
    expect(client.ofType('next').map(({ id, payload }) => [id, payload])).toEqual(
      results.flatMap((result) => [id, '2'].map((each) => [each, result])),
    )
  })

  it('sends messages in order: results, then the end of their operation or of the connection', async () => {
    const live = await start({ drainMs: 0 })
    const client = await connectAs(live)
    client.send(subscribe('1', '{ hello }'), subscribe('2'), subscribe('3'))
    const [two, three] = [await live.nth(0), await live.nth(1)]
    two.sink.next('{"data":{"counted":1}}')
    two.sink.end()
    three.sink.next('{"data":{"counted":1}}')
    await live.close()
    await until(() => client.closed)
    expect(client.received.slice(1).map(({ id, type }) => `${type} ${id}`)).toEqual([
      ...['next 1', 'complete 1', 'next 2', 'complete 2', 'next 3'],
    ])
  })

  it('gives an operation the reason for its end', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.send(subscribe('a"b'))
    const { sink } = await live.nth(0)
    sink.end({ message: 'Enough.', code: 'SCHEMA_CHANGED' })
    await until(() => client.ofType('error').length)
    expect(client.received[1]).toEqual({
      ...{ id: 'a"b', type: 'error' },
      payload: [{ message: 'Enough.', extensions: { code: 'SCHEMA_CHANGED' } }],
    })
  })
})

describe('time', () => {
  it('for connection_init is limited', async () => {
    const client = await connect(await start())
    passSeconds(4)
    await until(() => client.closed)
    expect(client.closed).toEqual([4408, 'Connection initialisation timeout'])
  })

  it.each([
    ['expiring', /^The token expired at 2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ: connect again with a new one\.$/],
    ['revocable', /^The token issued at 1970-01-01T00:00:00Z has been revoked: connect again with a new one\.$/],
  ])('ends with the token (%s): the connection is closed, and no operation gets an error', async (token, reason) => {
    const live = await start()
    const [client, other] = [await connectAs(live, as(token)), await connectAs(live, as('ben'))]
    client.send(subscribe('1'), subscribe('2'))
    await until(() => live.started.length === 2)
    live.revoke()
    passSeconds(1)
    await until(() => client.closed)
    // After an error a client would give up the operation.
    expect(client.received).toEqual([{ type: 'connection_ack' }])
    expect([client.closed, other.closed]).toEqual([[4403, expect.stringMatching(reason)], null])
    expect(live.started.map(({ stopped }) => stopped)).toEqual([1, 1])
  })

  it('finds half-open connections by pings', async () => {
    const live = await start()
    const gone = await connectAs(live, as('ann'), { autoPong: false })
    const there = await connectAs(live, as('ben'))
    let pings = 0
    there.socket.on('ping', () => pings++)
    for (const times of [1, 2, 3]) {
      passSeconds(25)
      await until(() => pings === times)
      // Its pong was sent before this, and so has arrived when this is answered.
      there.send({ type: 'ping' })
      await until(() => there.ofType('pong').length === times)
    }
    await until(() => gone.closed)
    expect([gone.closed?.[0], there.closed]).toEqual([1006, null])
  })

  it('in which a large message waits for its turn does not count: nothing is read meanwhile', async () => {
    const budget = { charge: () => {}, owes: () => 0 }
    const work = createWorkQueue(budget)
    const turns: (() => void)[] = []
    const run: typeof work.run = async (client, task) => {
      await new Promise<void>((resolve) => turns.push(resolve))
      return work.run(client, task)
    }
    const live = await start({}, { work: { ...work, run } })
    const client = await connectAs(live)
    client.send({ id: 'large', type: 'subscribe', payload: { query: `{ hello } #${' '.repeat(9_000)}` } })
    await until(() => turns.length === 1)
    passSeconds(60)
    turns[0]?.()
    await until(() => client.closed || client.ofType('complete').length)
    expect(client.closed).toBeNull()
  })
})
