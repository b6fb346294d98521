import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createStage, nothingLeft } from '../testing/live-fixture.ts'
import { as, INIT, subscribe } from '../testing/ws-connection.ts'

const { start, raw, known, seconds } = createStage()

const NO_ROOM = 'There are too many connections without a token.'

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
    const live = await start()
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
    // When has the piece come? A second is counted only from then on.
    await until(() => {
      seconds(1)
      return unfinished.closed
    })
    expect(unfinished.closed).toEqual([1008, 'A message has 10 seconds from its first piece to its last'])
    expect(few.closed).toBeNull()
  })

  it('of messages are for each second', async () => {
    const talk = await known(await start({ messagesPerSecond: 5 }))
    for (let i = 1; i <= 10; i++) {
      seconds(1)
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
    await known(live, as('ben'))
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
    expect([(await known(live)).closed, (await known(live, as('ben'))).closed]).toEqual([null, null])
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
