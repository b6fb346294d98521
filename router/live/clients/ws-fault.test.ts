import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createStage, type Live, nothingLeft } from '../testing/live-fixture.ts'
import { as, subscribe, type Talk } from '../testing/ws-connection.ts'

const { start, raw, known } = createStage()

const internal = [{ message: 'Something went wrong here.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }]
const isServed = async (talk: Talk, id: string) => {
  talk.say(subscribe(id, '{ hello }'))
  await until(() => talk.type('complete').some((message) => message.id === id))
}
const logged = (live: Live) => live.lines.map(({ msg, err }) => [msg, err?.message])

describe('a bug that one message meets', () => {
  it('costs that operation only, which is told so; the log has its request id', async () => {
    const live = await start()
    const talk = await known(live)
    const broken = (id: string, query: string) => subscribe(id, query, { operationName: 'broken' })
    talk.say(broken('1', 'query broken { hello }'), broken('2', 'subscription broken { counted }'))
    await until(() => talk.type('error').length === 2)
    expect(talk.type('error')).toEqual([
      { id: '1', type: 'error', payload: internal },
      { id: '2', type: 'error', payload: internal },
    ])
    expect(logged(live)).toEqual([
      ['operation failed', 'a bug'],
      ['operation failed', 'a bug'],
    ])
    expect(live.lines.every(({ requestId }) => requestId)).toBe(true)
    // Neither its id nor its place among those that are answered is lost.
    for (let round = 0; round < 5; round++) talk.say(broken(`q${round}`, 'query broken { hello }'))
    await until(() => talk.type('error').length === 7)
    await isServed(talk, '1')
    expect(live.count().operations).toBe(0)
    expect(talk.closed).toBeNull()
  })

  it('as it introduces itself closes that connection only', async () => {
    const live = await start()
    const [talk, other] = [await raw(live), await known(live)]
    talk.say(as('strange'))
    await until(() => talk.closed)
    expect(talk.closed).toEqual([4500, 'Internal server error'])
    expect(logged(live)).toEqual([['a message failed', expect.stringContaining('BigInt')]])
    await isServed(other, '1')
    other.socket.close()
    await nothingLeft(live)
  })

  it('is none where a ping is nested too deep to be answered: its sender is told so', async () => {
    const live = await start()
    const [talk, other] = [await known(live), await known(live)]
    const deep = 20_000
    talk.say(`{"type":"ping","payload":{"a":${'['.repeat(deep)}${']'.repeat(deep)}}}`)
    await until(() => talk.closed)
    expect(talk.closed).toEqual([4400, 'The payload of a ping is nested at most 64 deep'])
    expect(logged(live)).toEqual([])
    await isServed(other, '1')
  })

  it('as a result is written cuts that connection off only', async () => {
    const live = await start()
    const [talk, other] = [await known(live), await known(live, as('ben'))]
    for (const one of [talk, other]) one.say(subscribe('1'))
    await until(() => live.begun.length === 2)
    const bad = {
      length: 9,
      toString: () => {
        throw new Error('a bug')
      },
    }
    live.begun[0]?.sink.next(bad as unknown as string)
    live.begun[1]?.sink.next('{"data":{"counted":1}}')
    await until(() => talk.closed && other.type('next').length)
    expect(talk.closed?.[0]).toBe(1006)
    expect(logged(live)).toEqual([['a result could not be sent', 'a bug']])
    await isServed(other, '2')
  })
})
