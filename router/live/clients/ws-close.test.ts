import { connect } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createStage, nothingLeft } from '../testing/live-fixture.ts'
import { as, subscribe, type Talk } from '../testing/ws-connection.ts'

const { start, raw, known } = createStage()
afterEach(() => {
  jest.restoreAllMocks()
})

describe('the end of the process', () => {
  it('sends all away, to come back', async () => {
    const live = await start()
    const talks = [await known(live), await known(live, as('ben')), await raw(live)]
    talks[0]?.say(subscribe('1'))
    await until(() => live.begun.length)
    await live.close()
    await until(() => talks.every(({ closed }) => closed))
    expect(talks.map(({ closed }) => closed?.[0])).toEqual([1012, 1012, 1012])
    expect(live.begun[0]?.stopped).toBe(1)
    expect(live.count()).toEqual({ connections: 0, clients: 0, operations: 0 })
  })

  it('waits for an answer that is under way', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1) // It would be sent away at once, were nothing under way.
    const live = await start({ drainMs: 600_000 })
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
  it.each<[string, (talk: Talk) => void]>([
    ['with a goodbye', ({ socket }) => socket.close()],
    ['without one', ({ socket }) => socket.terminate()],
  ])('%s, at any moment', async (_, vanish) => {
    const live = await start()
    const silent = await raw(live)
    const introducing = await raw(live)
    introducing.say(as('slow'))
    introducing.say({ type: 'ping' })
    await until(() => introducing.type('pong').length)
    const idle = await known(live, as('ben'))
    const subscribed = await known(live, as('cem'))
    subscribed.say(subscribe('1'), subscribe('2'), subscribe('3', '{ slow }'))
    await until(() => live.begun.length === 2)
    const subscribing = await known(live, as('dan'))
    subscribing.say(subscribe('1', 'subscription { never }'))
    await until(() => live.begun.length === 3)
    for (const talk of [silent, introducing, idle, subscribed, subscribing]) vanish(talk)
    await nothingLeft(live)
    live.admit()
    live.answerSlow()
    await until(() => live.begun.every(({ stopped }) => stopped === 1))
    for (const { sink } of live.begun) sink.next('{}')
    expect(live.count()).toEqual({ connections: 0, clients: 0, operations: 0 })
  })

  it('whose user is still here does not count for that user any more', async () => {
    const live = await start()
    const [talk] = [await known(live), await known(live)]
    talk.say(subscribe('1'), subscribe('2', '{ slow }'))
    await until(() => live.count().operations === 2)
    talk.socket.terminate()
    await until(() => live.count().operations === 0)
    expect(live.count()).toEqual({ connections: 1, clients: 1, operations: 0 })
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
