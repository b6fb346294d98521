import type { Socket } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createAdmission } from '../../limits/load.ts'
import { createLiveFixture } from '../testing/live-fixture.ts'
import { as, INIT, subscribe, type TestSocket } from '../testing/ws-connection.ts'

const { start, connectAs, passSeconds } = createLiveFixture()

const BIG = '{ big }'
/** Sends them in one piece, so that the router has all before it answers the first. */
const sendBigQueries = (client: TestSocket, count: number) => {
  const { _socket } = client.socket as unknown as { _socket: Socket } // ws has no way to cork
  _socket.cork()
  client.send(...Array.from({ length: count }, (_, index) => subscribe(`${index}`, BIG)))
  _socket.uncork()
}
const codeOf = ({ payload }: { payload?: unknown }) => (payload as { extensions: { code: string } }[])[0]?.extensions

describe('a client that sends many operations and reads nothing', () => {
  it('has four operations answered, which count until they are sent; then the others', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.socket.pause()
    sendBigQueries(client, 30)
    await until(() => live.operationsRun() > 0)
    const other = await connectAs(live, as('ben'))
    other.send(subscribe('1', BIG))
    await until(() => other.ofType('complete').length)
    expect(live.operationsRun()).toBeLessThan(20)
    expect(live.count().operations).toBeGreaterThan(10)
    client.socket.resume()
    await until(() => client.ofType('complete').length === 30)
    await until(() => live.count().operations === 0)
    expect(client.received.filter(({ id }) => id === '29').map(({ type }) => type)).toEqual(['next', 'complete'])
  })

  it('is disconnected if too much is unsent for its user, and leaves nothing behind', async () => {
    const live = await start({ untakenBytes: 2_000_000 })
    const sockets = [await connectAs(live), await connectAs(live), await connectAs(live)]
    for (const client of sockets) {
      client.socket.pause()
      sendBigQueries(client, 30)
    }
    await until(() => live.count().connections < 3)
    for (const { socket } of sockets) socket.terminate()
    await until(() => live.count().connections + live.count().operations === 0)
    const again = await connectAs(live)
    again.send(subscribe('1', BIG))
    await until(() => again.ofType('complete').length)
  })

  it('has no more operations run after it disconnects', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.socket.pause()
    sendBigQueries(client, 30)
    const other = await connectAs(live, as('ben'))
    other.send(subscribe('1', BIG))
    await until(() => other.ofType('complete').length)
    const before = live.operationsRun()
    const { _socket } = client.socket as unknown as { _socket: Socket } // ws has no way to reset it
    _socket.resetAndDestroy()
    await until(() => live.count().connections === 1 && live.count().operations === 0)
    expect(live.operationsRun()).toBe(before)
  })

  it('gets slots back from completed operations', async () => {
    const live = await start()
    const client = await connectAs(live)
    const ids = Array.from({ length: 20 }, (_, index) => `${index}`)
    client.send(...ids.map((id) => subscribe(id, '{ slow }')))
    await until(() => live.operationsRun() === 4)
    client.send(...ids.slice(1).map((id) => ({ id, type: 'complete' })))
    await until(() => live.count().operations === 1)
    live.answerSlow()
    await until(() => client.ofType('complete').length === 1)
    client.send(subscribe('new', '{ hello }'))
    await until(() => client.ofType('complete').length === 2)
    expect(live.operationsRun()).toBe(5)
  })
})

describe('operations over a WebSocket', () => {
  it('count for their user, or their address, as requests do', async () => {
    const keys: string[] = []
    const take = (key: string) => {
      keys.push(key)
      return key === 'user ann' ? 1_400 : 0
    }
    const live = await start({}, { rateLimit: { take } })
    const [ann, anonymous] = [await connectAs(live), await connectAs(live, INIT)]
    ann.send(subscribe('1'), subscribe('2', '{ hello }'))
    await until(() => ann.ofType('error').length === 2)
    expect(ann.ofType('error').map(codeOf)).toEqual(Array(2).fill({ code: 'RATE_LIMITED', retryAfter: 2 }))
    anonymous.send(subscribe('1', '{ hello }'))
    await until(() => anonymous.ofType('complete').length)
    expect(keys).toEqual(['user ann', 'user ann', 'address 127.0.0.1'])
    expect([live.started.length, live.operationsRun(), ann.closed]).toEqual([0, 1, null])
  })

  it('close the connection when more than 100 in a row are refused', async () => {
    let isLimited = true
    const live = await start({}, { rateLimit: { take: () => (isLimited ? 1_400 : 0) } })
    const client = await connectAs(live)
    const send = async (count: number) => {
      const before = client.received.length
      client.send(...Array.from({ length: count }, (_, n) => subscribe(`${before} ${n}`, '{ hello }')))
      await until(() => client.closed || client.received.length >= before + count)
    }
    await send(100)
    isLimited = false
    await send(1)
    isLimited = true
    passSeconds(1)
    await send(100)
    expect(client.closed).toBeNull()
    await send(1)
    expect(client.closed).toEqual([1013, 'Too many operations in a row were RATE_LIMITED'])
  })

  it('share admission with all requests and get OVERLOADED; subscriptions need none', async () => {
    const live = await start({}, { admission: createAdmission({ atOnce: 1, queue: 0, waitMs: 1_000 }) })
    const client = await connectAs(live)
    client.send(subscribe('1', '{ slow }'), subscribe('2', '{ hello }'), subscribe('3'))
    await until(() => client.ofType('error').length && live.started.length)
    expect(codeOf(client.ofType('error')[0] ?? {})).toEqual({ code: 'OVERLOADED' })
    live.answerSlow()
    await until(() => client.ofType('complete').length)
    client.send(subscribe('4', '{ hello }'))
    await until(() => client.ofType('complete').length === 2)
  })
})
