import { connect } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { until } from '../../chassis/testing/until.ts'
import { startLive } from '../testing/live.ts'
import type { LiveLimits } from './owners.ts'
import { as, INIT, subscribe, talkTo } from './testing/ws-talk.ts'

type Live = Awaited<ReturnType<typeof startLive>>

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

const start = async (limits?: Partial<LiveLimits>, tickMs?: number) => {
  const live = await startLive(limits, tickMs)
  open.push(live)
  return live
}

const raw = async (live: Live, options?: Parameters<typeof talkTo>[1]) => {
  const talk = await talkTo(live, options)
  open.push({ close: () => talk.socket.terminate() })
  return talk
}
const NO_ROOM = 'There are too many connections without a token.'
/** One that has introduced itself. */
const known = async (live: Live, name = 'ann', options = {}) => {
  const talk = await raw(live, options)
  talk.say(as(name))
  await until(() => talk.type('connection_ack').length)
  return talk
}
const nothingLeft = (live: Live) =>
  until(async () => {
    const { connections, owners, operations } = live.count()
    return connections + owners + operations + (await live.connections()) === 0
  })

describe('the graphql-ws client', () => {
  const client = (live: Live, connectionParams?: Record<string, unknown>) => {
    const made = createClient({
      url: live.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams,
      retryAttempts: 0,
    })
    open.push({ close: () => made.dispose() })
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
    const other = await known(live, 'ann', { headers })
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
    const live = await start({}, 10)
    const talk = await raw(live)
    await until(() => talk.closed)
    expect(talk.closed).toEqual([4408, 'Connection initialisation timeout'])
  })

  it('ends with the token: each operation is told, and the connection closed', async () => {
    const live = await start({}, 20)
    const talk = await known(live, 'expiring')
    talk.say(subscribe('1'), subscribe('2'))
    await until(() => live.begun.length === 2)
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
    const live = await start({}, 10)
    const gone = await known(live, 'ann', { autoPong: false })
    const there = await known(live, 'ben')
    let pings = 0
    there.socket.on('ping', () => pings++)
    await until(() => gone.closed && pings >= 3)
    expect([gone.closed?.[0], there.closed]).toEqual([1006, null])
  })
})

describe('a client that does not take what it is sent', () => {
  const kilobytes = (count: number) => `{"data":"${'x'.repeat(count * 1000)}"}`
  const fill = (sink: Live['begun'][number]['sink']) => {
    for (let i = 0; i < 2_000 && sink.isReady(); i++) sink.next(kilobytes(10))
  }

  it('is sent nothing new until it has; then the rest comes', async () => {
    const live = await start()
    const talk = await known(live)
    talk.say(subscribe('1'), subscribe('2'))
    const [one, two] = [await live.nth(0), await live.nth(1)]
    talk.socket.pause()
    fill(one.sink)
    expect([one.sink.isReady(), two.sink.isReady()]).toEqual([false, false])
    talk.socket.resume()
    await until(() => one.drained === 1 && two.drained === 1)
    expect(one.sink.isReady()).toBe(true)
    talk.say({ id: '2', type: 'complete' })
    await until(() => two.stopped === 1)
  })

  it('is told once it has begun that it could be sent more meanwhile', async () => {
    const live = await start()
    const talk = await known(live)
    talk.say(subscribe('1', 'subscription { never }'))
    const one = await live.nth(0)
    talk.socket.pause()
    fill(one.sink)
    talk.socket.resume()
    await until(() => one.sink.isReady())
    live.admit()
    await until(() => one.drained === 1)
  })

  it('gets what it was sent as it was, whatever others are sent meanwhile', async () => {
    const live = await start()
    const [slow, quick] = [await known(live), await known(live)]
    slow.say(subscribe('1'))
    const one = await live.nth(0)
    quick.say(subscribe('2'))
    const two = await live.nth(1)
    slow.socket.pause()
    const sent: string[] = []
    for (let i = 0; i < 2_000 && one.sink.isReady(); i++) {
      const result = `{"data":"${`${i}장`.repeat(2_500)}"}`
      one.sink.next(result)
      sent.push(result)
      two.sink.next(`{"data":"${'another '.repeat(2_500)}"}`)
    }
    slow.socket.resume()
    await until(() => slow.type('next').length === sent.length)
    expect(slow.type('next').map(({ payload }) => JSON.stringify(payload))).toEqual(sent)
  })

  it('is cut off in the end', async () => {
    const live = await start({}, 10)
    const talk = await known(live)
    talk.say(subscribe('1'))
    const one = await live.nth(0)
    talk.socket.pause()
    fill(one.sink)
    await until(() => one.stopped === 1)
    await until(() => live.count().connections === 0)
  })

  it('gets no more work done for it', async () => {
    const live = await start()
    const talk = await known(live)
    talk.say(subscribe('1'))
    const one = await live.nth(0)
    talk.socket.pause()
    fill(one.sink)
    talk.say(subscribe('2'))
    talk.socket.resume()
    expect((await live.nth(1)).readyThen).toEqual([true])
    expect(one.drained).toBe(1)
  })
})

describe('limits', () => {
  it('of messages: a flood closes the connection', async () => {
    const talk = await raw(await start({ messagesPerSecond: 5 }))
    for (let i = 0; i < 10; i++) talk.say({ type: 'ping' })
    await until(() => talk.closed)
    expect(talk.closed).toEqual([1008, 'More than 5 messages in a second'])
    const other = await raw(await start({ messagesPerSecond: 5 }))
    for (let i = 0; i < 10; i++) other.socket.ping()
    await until(() => other.closed?.[0] === 1008)
    const third = await raw(await start({ messagesPerSecond: 5 }))
    for (let i = 0; i < 10; i++) third.socket.pong()
    await until(() => third.closed?.[0] === 1008)
  })

  it('of messages: who goes on though the connection is closed is cut off', async () => {
    const live = await start({ messagesPerSecond: 5 })
    const talk = await raw(live)
    talk.socket.pause() // It does not hear that it is to go.
    for (let i = 0; i < 20; i++) talk.socket.pong()
    await nothingLeft(live)
  })

  it('of a message: so many pieces, and so long from its first to its last', async () => {
    const live = await start({}, 20)
    const inPieces = async (count: number) => {
      const talk = await known(live)
      for (let i = 0; i < count; i++) talk.socket.send(' ', { fin: false })
      talk.socket.send('{"type":"ping"}', { fin: true })
      return talk
    }
    const few = await inPieces(15)
    await until(() => few.type('pong').length === 1)
    const many = await inPieces(16)
    await until(() => many.closed?.[0] === 1008)
    const unfinished = await known(live)
    unfinished.socket.send('{', { fin: false })
    await until(() => unfinished.closed)
    expect(unfinished.closed).toEqual([1008, 'A message has 10 seconds from its first piece to its last'])
    expect(few.closed).toBeNull()
  })

  it('of messages are for each second', async () => {
    const talk = await known(await start({ messagesPerSecond: 5 }, 10))
    for (let i = 1; i <= 10; i++) {
      talk.say({ type: 'ping' })
      await until(() => talk.type('pong').length === i)
    }
    expect(talk.closed).toBeNull()
  })

  it.each([
    ['a connection', { operationsPerConnection: 2 }],
    ['a user', { operationsPerUser: 2 }],
  ])('of operations of %s: one too many is refused, the others go on', async (_, limits) => {
    const live = await start(limits)
    const talk = await known(live)
    talk.say(subscribe('1'), subscribe('2'), subscribe('3'))
    await until(() => talk.type('error').length)
    expect(talk.type('error')).toMatchObject([{ id: '3', payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }] }])
    talk.say({ id: '1', type: 'complete' }, subscribe('4'))
    await until(() => live.begun.length === 3)
    expect(talk.closed).toBeNull()
  })

  it('of connections of a user: one too many is told to try again later', async () => {
    const live = await start({ connectionsPerUser: 1 })
    const first = await known(live)
    const second = await raw(live)
    second.say(as('ann'))
    await until(() => second.closed)
    expect(second.closed).toEqual([1013, 'This user has too many connections.'])
    await known(live, 'ben')
    first.socket.close()
    await until(() => live.count().connections === 1)
    await known(live)
  })

  it('of connections of an address: behind a proxy that of the client, an IPv6 one by its /64', async () => {
    const live = await start({ connectionsPerAddress: 1 })
    const from = (address: string) => raw(live, { headers: { 'x-forwarded-for': address } })
    await from('2001:db8:1:2::5')
    expect((await from('2001:db8:1:2:ffff::6')).status).toBe(429)
    expect([(await from('2001:db8:1:3::5')).status, (await from('192.0.2.7')).status]).toEqual([null, null])
    expect((await from('::ffff:192.0.2.7')).status).toBe(429)
  })

  it('of connections without a token: half of all, so that others find room', async () => {
    const live = await start({ connections: 4 })
    const nobody = async () => {
      const talk = await raw(live)
      talk.say(INIT)
      await until(() => talk.closed ?? talk.type('connection_ack').length)
      return talk
    }
    const [first, second] = [await nobody(), await nobody()]
    const third = await nobody()
    expect([first.closed, second.closed, third.closed]).toEqual([null, null, [1013, NO_ROOM]])
    expect([(await known(live)).closed, (await known(live, 'ben')).closed]).toEqual([null, null])
    first.socket.close()
    await until(() => live.count().connections === 3)
    expect((await nobody()).closed).toBeNull()
  })

  it.each([
    ['an address', { connectionsPerAddress: 1 }, 429],
    ['the process', { connections: 1 }, 503],
  ])('of connections of %s: one too many is answered in HTTP', async (_, limits, status) => {
    const live = await start(limits)
    await raw(live)
    const second = await raw(live)
    expect(second.status).toBe(status)
    await until(async () => (await live.connections()) === 1)
  })
})

describe('the end of the process', () => {
  it('sends all away, to come back', async () => {
    const live = await start()
    const talks = [await known(live), await known(live, 'ben'), await raw(live)]
    talks[0]?.say(subscribe('1'))
    await until(() => live.begun.length)
    await live.close()
    await until(() => talks.every(({ closed }) => closed))
    expect(talks.map(({ closed }) => closed?.[0])).toEqual([1012, 1012, 1012])
    expect(live.begun[0]?.stopped).toBe(1)
    expect(live.count()).toEqual({ connections: 0, owners: 0, operations: 0 })
  })

  it('waits for an answer that is under way', async () => {
    const live = await start({ drainMs: 1_000 })
    const talk = await known(live)
    talk.say(subscribe('1', '{ slow }'))
    await until(() => live.count().operations === 1)
    const closing = live.close()
    live.answerSlow()
    await until(() => talk.type('next').length)
    await closing
    expect(talk.closed?.[0]).toBe(1012)
  })

  it('waits for no client that will not go', async () => {
    const live = await start()
    const talk = await known(live)
    talk.socket.pause()
    await live.close()
    expect(await live.connections()).toBe(0)
  })
})

describe('a client that vanishes leaves nothing behind', () => {
  it.each<[string, (talk: Awaited<ReturnType<typeof raw>>) => void]>([
    ['with a goodbye', ({ socket }) => socket.close()],
    ['without one', ({ socket }) => socket.terminate()],
  ])('%s, at any moment', async (_, vanish) => {
    const live = await start()
    const silent = await raw(live)
    const introducing = await raw(live)
    introducing.say(as('slow'))
    introducing.say({ type: 'ping' })
    await until(() => introducing.type('pong').length)
    const idle = await known(live, 'ben')
    const subscribed = await known(live, 'cem')
    subscribed.say(subscribe('1'), subscribe('2'), subscribe('3', '{ slow }'))
    await until(() => live.begun.length === 2)
    const subscribing = await known(live, 'dan')
    subscribing.say(subscribe('1', 'subscription { never }'))
    await until(() => live.begun.length === 3)
    for (const talk of [silent, introducing, idle, subscribed, subscribing]) vanish(talk)
    await nothingLeft(live)
    live.admit()
    live.answerSlow()
    await until(() => live.begun.every(({ stopped }) => stopped === 1))
    for (const { sink } of live.begun) sink.next('{}')
    expect(live.count()).toEqual({ connections: 0, owners: 0, operations: 0 })
  })

  it('whose user is still here does not count for that user any more', async () => {
    const live = await start()
    const [talk] = [await known(live), await known(live)]
    talk.say(subscribe('1'), subscribe('2', '{ slow }'))
    await until(() => live.count().operations === 2)
    talk.socket.terminate()
    await until(() => live.count().operations === 0)
    expect(live.count()).toEqual({ connections: 1, owners: 1, operations: 0 })
    live.answerSlow()
    live.begun[0]?.sink.end()
    expect(live.count().operations).toBe(0)
  })

  it('by RST, and by breaking off the handshake', async () => {
    const live = await start()
    const talk = await known(live)
    talk.say(subscribe('1'))
    await until(() => live.begun.length)
    // The socket below: ws has no way to reset it.
    ;(talk.socket as unknown as { _socket: { resetAndDestroy(): void } })._socket.resetAndDestroy()
    const half = connect(live.port, '127.0.0.1').on('error', () => {})
    half.write(
      'GET /graphql HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: no\r\n\r\n',
    )
    let answer = ''
    half.on('data', (data) => (answer += data))
    await until(() => answer.startsWith('HTTP/1.1 400'))
    half.destroy()
    await until(() => live.begun[0]?.stopped === 1)
    await nothingLeft(live)
  })
})
