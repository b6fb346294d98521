import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createLiveFixture, nothingLeft } from '../testing/live-fixture.ts'
import { as, INIT, subscribe } from '../testing/ws-connection.ts'

const { start, connect, connectAs, passSeconds } = createLiveFixture()

const TOO_MANY = 'There are too many connections without a token.'

describe('limits', () => {
  it('of messages: a flood closes the connection', async () => {
    const client = await connect(await start({ messagesPerSecond: 5 }))
    for (let i = 0; i < 10; i++) client.send({ type: 'ping' })
    await until(() => client.closed)
    expect(client.closed).toEqual([1008, 'More than 5 messages in a second'])
    const other = await connect(await start({ messagesPerSecond: 5 }))
    for (let i = 0; i < 10; i++) other.socket.ping()
    await until(() => other.closed?.[0] === 1008)
    const third = await connect(await start({ messagesPerSecond: 5 }))
    for (let i = 0; i < 10; i++) third.socket.pong()
    await until(() => third.closed?.[0] === 1008)
  })

  it('of messages: a client that continues after the close is disconnected', async () => {
    const live = await start({ messagesPerSecond: 5 })
    const client = await connect(live)
    client.socket.pause() // It does not see the close frame.
    for (let i = 0; i < 20; i++) client.socket.pong()
    await nothingLeft(live)
  })

  it('of a message: 16 pieces, and 10 seconds from its first to its last', async () => {
    const live = await start()
    const inPieces = async (count: number) => {
      const client = await connectAs(live)
      for (let i = 0; i < count; i++) client.socket.send(' ', { fin: false })
      client.socket.send('{"type":"ping"}', { fin: true })
      return client
    }
    const few = await inPieces(15)
    await until(() => few.ofType('pong').length === 1)
    const many = await inPieces(16)
    await until(() => many.closed?.[0] === 1008)
    const unfinished = await connectAs(live)
    unfinished.socket.send('{', { fin: false })
    // Seconds count only after the piece has arrived.
    await until(() => {
      passSeconds(1)
      return unfinished.closed
    })
    expect(unfinished.closed).toEqual([1008, 'A message has 10 seconds from its first piece to its last'])
    expect(few.closed).toBeNull()
  })

  it('of messages: those of a user count on all connections together, and only of that user', async () => {
    const live = await start({ messagesPerSecond: 5 })
    const clients = await Promise.all(Array.from({ length: 10 }, () => connectAs(live)))
    const other = await connectAs(live, as('ben'))
    // Each connection stays within its own limit.
    await until(() => {
      passSeconds(1)
      for (const client of clients) for (let i = 0; i < 4; i++) if (!client.closed) client.send({ type: 'ping' })
      return clients.find(({ closed }) => closed)
    })
    const closed = clients.flatMap((client) => (client.closed ? [client.closed] : []))
    expect(closed[0]).toEqual([1013, 'Too many messages on all connections together'])
    other.send({ type: 'ping' })
    await until(() => other.ofType('pong').length)
    expect(other.closed).toBeNull()
  })

  it('of messages are for each second', async () => {
    const client = await connectAs(await start({ messagesPerSecond: 5 }))
    for (let i = 1; i <= 10; i++) {
      passSeconds(1)
      client.send({ type: 'ping' })
      await until(() => client.ofType('pong').length === i)
    }
    expect(client.closed).toBeNull()
  })

  it.each([
    ['a connection', { operationsPerConnection: 2 }],
    ['a user', { operationsPerUser: 2 }],
  ])('of operations of %s: one too many is refused, the others go on', async (_, limits) => {
    const live = await start(limits)
    const client = await connectAs(live)
    client.send(subscribe('1'), subscribe('2'), subscribe('3'))
    await until(() => client.ofType('error').length)
    expect(client.ofType('error')).toMatchObject([
      { id: '3', payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }] },
    ])
    client.send({ id: '1', type: 'complete' }, subscribe('4'))
    await until(() => live.started.length === 3)
    expect(client.closed).toBeNull()
  })

  it('of connections of a user: one too many gets Retry-After or a code to retry', async () => {
    const live = await start({ connectionsPerUser: 1 })
    const first = await connectAs(live)
    const second = await connect(live)
    second.send(as('ann'))
    await until(() => second.closed)
    expect(second.closed).toEqual([1013, 'This user has too many connections.'])
    await connectAs(live, as('ben'))
    first.socket.close()
    await until(() => live.count().connections === 1)
    await connectAs(live)
  })

  it('of connections of an address: behind a proxy the client’s, IPv6 by its /64', async () => {
    const live = await start({ connectionsPerAddress: 1 })
    const from = (address: string) => connect(live, { headers: { 'x-forwarded-for': address } })
    await from('2001:db8:1:2::5')
    expect((await from('2001:db8:1:2:ffff::6')).status).toBe(429)
    expect([(await from('2001:db8:1:3::5')).status, (await from('192.0.2.7')).status]).toEqual([null, null])
    expect((await from('::ffff:192.0.2.7')).status).toBe(429)
  })

  it('of connections without a token: at most half of all', async () => {
    const live = await start({ connections: 4 })
    const anonymous = async () => {
      const client = await connect(live)
      client.send(INIT)
      await until(() => client.closed ?? client.ofType('connection_ack').length)
      return client
    }
    const [first, second] = [await anonymous(), await anonymous()]
    const third = await anonymous()
    expect([first.closed, second.closed, third.closed]).toEqual([null, null, [1013, TOO_MANY]])
    expect([(await connectAs(live)).closed, (await connectAs(live, as('ben'))).closed]).toEqual([null, null])
    first.socket.close()
    await until(() => live.count().connections === 3)
    expect((await anonymous()).closed).toBeNull()
  })

  it.each([
    ['an address', { connectionsPerAddress: 1 }, 429],
    ['the process', { connections: 1 }, 503],
  ])('of connections of %s: one too many is refused by an HTTP status', async (_, limits, status) => {
    const live = await start(limits)
    await connect(live)
    const second = await connect(live)
    expect(second.status).toBe(status)
    await until(async () => (await live.connections()) === 1)
  })
})
