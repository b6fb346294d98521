import type { Socket } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createAdmission } from '../../limits/load.ts'
import { createStage } from '../testing/live-fixture.ts'
import { as, INIT, subscribe, type Talk } from '../testing/ws-connection.ts'

const { start, known } = createStage()

const BIG = '{ big }'
/** All in one piece, so that the router has them before the first answer is made. */
const askMuch = (talk: Talk, count: number) => {
  const { _socket } = talk.socket as unknown as { _socket: Socket } // ws has no way to hold messages back
  _socket.cork()
  talk.say(...Array.from({ length: count }, (_, index) => subscribe(`${index}`, BIG)))
  _socket.uncork()
}
const codeOf = ({ payload }: { payload?: unknown }) => (payload as { extensions: { code: string } }[])[0]?.extensions

describe('a client that asks for much and takes nothing', () => {
  it('has a few answers made for it, which count until it takes them; then come the others', async () => {
    const live = await start()
    const talk = await known(live)
    talk.socket.pause()
    askMuch(talk, 30)
    await until(() => live.asked() > 0)
    const other = await known(live, as('ben'))
    other.say(subscribe('1', BIG))
    await until(() => other.type('complete').length)
    expect(live.asked()).toBeLessThan(20)
    expect(live.count().operations).toBeGreaterThan(10)
    talk.socket.resume()
    await until(() => talk.type('complete').length === 30)
    await until(() => live.count().operations === 0)
    expect(talk.heard.filter(({ id }) => id === '29').map(({ type }) => type)).toEqual(['next', 'complete'])
  })

  it('is cut off where too much waits for the same user, and leaves nothing behind', async () => {
    const live = await start({ untakenBytes: 2_000_000 })
    const talks = [await known(live), await known(live), await known(live)]
    for (const talk of talks) {
      talk.socket.pause()
      askMuch(talk, 30)
    }
    await until(() => live.count().connections < 3)
    for (const { socket } of talks) socket.terminate()
    await until(() => live.count().connections + live.count().operations === 0)
    const again = await known(live)
    again.say(subscribe('1', BIG))
    await until(() => again.type('complete').length)
  })

  it('has nothing more done for it once it is gone', async () => {
    const live = await start()
    const talk = await known(live)
    talk.socket.pause()
    askMuch(talk, 30)
    const other = await known(live, as('ben'))
    other.say(subscribe('1', BIG))
    await until(() => other.type('complete').length)
    const before = live.asked()
    const { _socket } = talk.socket as unknown as { _socket: Socket } // ws has no way to reset it
    _socket.resetAndDestroy()
    await until(() => live.count().connections === 1 && live.count().operations === 0)
    expect(live.asked()).toBe(before)
  })

  it('is not waited with for what it wants no longer', async () => {
    const live = await start()
    const talk = await known(live)
    const ids = Array.from({ length: 20 }, (_, index) => `${index}`)
    talk.say(...ids.map((id) => subscribe(id, '{ slow }')))
    await until(() => live.asked() === 4)
    talk.say(...ids.slice(1).map((id) => ({ id, type: 'complete' })))
    await until(() => live.count().operations === 1)
    live.answerSlow()
    await until(() => talk.type('complete').length === 1)
    talk.say(subscribe('new', '{ hello }'))
    await until(() => talk.type('complete').length === 2)
    expect(live.asked()).toBe(5)
  })
})

describe('operations over a WebSocket', () => {
  it('count for their user, or their address, as requests do', async () => {
    const keys: string[] = []
    const rateLimit = (key: string) => {
      keys.push(key)
      return key === 'user ann' ? 1_400 : 0
    }
    const live = await start({}, { rateLimit })
    const [ann, nobody] = [await known(live), await known(live, INIT)]
    ann.say(subscribe('1'), subscribe('2', '{ hello }'))
    await until(() => ann.type('error').length === 2)
    expect(ann.type('error').map(codeOf)).toEqual(Array(2).fill({ code: 'RATE_LIMITED', retryAfter: 2 }))
    nobody.say(subscribe('1', '{ hello }'))
    await until(() => nobody.type('complete').length)
    expect(keys).toEqual(['user ann', 'user ann', 'address 127.0.0.1'])
    expect([live.begun.length, live.asked(), ann.closed]).toEqual([0, 1, null])
  })

  it('wait for room with all other requests, and are told where there is none; subscriptions need none', async () => {
    const live = await start({}, { admission: createAdmission({ atOnce: 1, queue: 0, waitMs: 1_000 }) })
    const talk = await known(live)
    talk.say(subscribe('1', '{ slow }'), subscribe('2', '{ hello }'), subscribe('3'))
    await until(() => talk.type('error').length && live.begun.length)
    expect(codeOf(talk.type('error')[0] ?? {})).toEqual({ code: 'OVERLOADED' })
    live.answerSlow()
    await until(() => talk.type('complete').length)
    talk.say(subscribe('4', '{ hello }'))
    await until(() => talk.type('complete').length === 2)
  })
})
