import { connect as connectTcp } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createLiveFixture, nothingLeft } from '../testing/live-fixture.ts'
import { as, subscribe, type TestSocket } from '../testing/ws-connection.ts'

const { start, connect, connectAs } = createLiveFixture()
afterEach(() => {
  jest.restoreAllMocks()
})

describe('a stop of the process', () => {
  it('sends all clients away to reconnect', async () => {
    const live = await start()
    const sockets = [await connectAs(live), await connectAs(live, as('ben')), await connect(live)]
    sockets[0]?.send(subscribe('1'))
    await until(() => live.started.length)
    await live.close()
    await until(() => sockets.every(({ closed }) => closed))
    expect(sockets.map(({ closed }) => closed?.[0])).toEqual([1012, 1012, 1012])
    expect(live.started[0]?.stopped).toBe(1)
    expect(live.count()).toEqual({ connections: 0, clients: 0, operations: 0 })
  })

  it('waits for responses under way', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1) // Without a response under way it would be sent away at once.
    const live = await start({ drainMs: 600_000 })
    const client = await connectAs(live)
    client.send(subscribe('1', '{ slow }'))
    await until(() => live.count().operations === 1)
    const closing = live.close()
    live.answerSlow()
    await until(() => client.ofType('next').length)
    await closing
    expect(client.closed?.[0]).toBe(1012)
  })

  it('does not wait for a client that does not close', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.socket.pause()
    await live.close()
    expect(await live.connections()).toBe(0)
  })
})

describe('a client that disconnects leaves nothing behind', () => {
  it.each<[string, (client: TestSocket) => void]>([
    ['with a close frame', ({ socket }) => socket.close()],
    ['without one', ({ socket }) => socket.terminate()],
  ])('%s, at any moment', async (_, disconnect) => {
    const live = await start()
    const silent = await connect(live)
    const initialising = await connect(live)
    initialising.send(as('slow'))
    initialising.send({ type: 'ping' })
    await until(() => initialising.ofType('pong').length)
    const idle = await connectAs(live, as('ben'))
    const subscribed = await connectAs(live, as('cem'))
    subscribed.send(subscribe('1'), subscribe('2'), subscribe('3', '{ slow }'))
    await until(() => live.started.length === 2)
    const subscribing = await connectAs(live, as('dan'))
    subscribing.send(subscribe('1', 'subscription { never }'))
    await until(() => live.started.length === 3)
    for (const client of [silent, initialising, idle, subscribed, subscribing]) disconnect(client)
    await nothingLeft(live)
    live.admit()
    live.answerSlow()
    await until(() => live.started.every(({ stopped }) => stopped === 1))
    for (const { sink } of live.started) sink.next('{}')
    expect(live.count()).toEqual({ connections: 0, clients: 0, operations: 0 })
  })

  it('no longer counts against its user', async () => {
    const live = await start()
    const [client] = [await connectAs(live), await connectAs(live)]
    client.send(subscribe('1'), subscribe('2', '{ slow }'))
    await until(() => live.count().operations === 2)
    client.socket.terminate()
    await until(() => live.count().operations === 0)
    expect(live.count()).toEqual({ connections: 1, clients: 1, operations: 0 })
    live.answerSlow()
    live.started[0]?.sink.end()
    expect(live.count().operations).toBe(0)
  })

  it('by RST, and by breaking off the handshake', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.send(subscribe('1'))
    await until(() => live.started.length)
    // The TCP socket: ws has no way to reset it.
    ;(client.socket as unknown as { _socket: { resetAndDestroy(): void } })._socket.resetAndDestroy()
    const half = connectTcp(live.port, '127.0.0.1').on('error', () => {})
    half.write(
      'GET /graphql HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: no\r\n\r\n',
    )
    let answer = ''
    half.on('data', (data) => (answer += data))
    await until(() => answer.startsWith('HTTP/1.1 400'))
    half.destroy()
    await until(() => live.started[0]?.stopped === 1)
    await nothingLeft(live)
  })
})
