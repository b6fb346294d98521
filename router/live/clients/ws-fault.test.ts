import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createLiveFixture, type Live, nothingLeft } from '../testing/live-fixture.ts'
import { as, subscribe, type TestSocket } from '../testing/ws-connection.ts'

const { start, connect, connectAs } = createLiveFixture()

const internal = [{ message: 'Something went wrong here.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }]
const expectServed = async (client: TestSocket, id: string) => {
  client.send(subscribe(id, '{ hello }'))
  await until(() => client.ofType('complete').some((message) => message.id === id))
}
const logged = (live: Live) => live.errorLines.map(({ msg, err }) => [msg, err?.message])

describe('an unexpected exception', () => {
  it('fails that operation only; the log has its request id', async () => {
    const live = await start()
    const client = await connectAs(live)
    const broken = (id: string, query: string) => subscribe(id, query, { operationName: 'broken' })
    client.send(broken('1', 'query broken { hello }'), broken('2', 'subscription broken { counted }'))
    await until(() => client.ofType('error').length === 2)
    expect(client.ofType('error')).toEqual([
      { id: '1', type: 'error', payload: internal },
      { id: '2', type: 'error', payload: internal },
    ])
    expect(logged(live)).toEqual([
      ['operation failed', 'a bug'],
      ['operation failed', 'a bug'],
    ])
    expect(live.errorLines.every(({ requestId }) => requestId)).toBe(true)
    // Its id and its slot can be used again.
    for (let round = 0; round < 5; round++) client.send(broken(`q${round}`, 'query broken { hello }'))
    await until(() => client.ofType('error').length === 7)
    await expectServed(client, '1')
    expect(live.count().operations).toBe(0)
    expect(client.closed).toBeNull()
  })

  it('in connection_init closes that connection only', async () => {
    const live = await start()
    const [client, other] = [await connect(live), await connectAs(live)]
    client.send(as('strange'))
    await until(() => client.closed)
    expect(client.closed).toEqual([4500, 'Internal server error'])
    expect(logged(live)).toEqual([['a message failed', expect.stringContaining('BigInt')]])
    await expectServed(other, '1')
    other.socket.close()
    await nothingLeft(live)
  })

  it('does not happen for a deeply nested ping: its sender is refused', async () => {
    const live = await start()
    const [client, other] = [await connectAs(live), await connectAs(live)]
    const depth = 20_000
    client.send(`{"type":"ping","payload":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`)
    await until(() => client.closed)
    expect(client.closed).toEqual([4400, 'The payload of a ping is nested at most 64 deep'])
    expect(logged(live)).toEqual([])
    await expectServed(other, '1')
  })

  it('while a result is written disconnects that client only', async () => {
    const live = await start()
    const [client, other] = [await connectAs(live), await connectAs(live, as('ben'))]
    for (const one of [client, other]) one.send(subscribe('1'))
    await until(() => live.started.length === 2)
    const bad = {
      length: 9,
      toString: () => {
        throw new Error('a bug')
      },
    }
    live.started[0]?.sink.next(bad as unknown as string)
    live.started[1]?.sink.next('{"data":{"counted":1}}')
    await until(() => client.closed && other.ofType('next').length)
    expect(client.closed?.[0]).toBe(1006)
    expect(logged(live)).toEqual([['a result could not be sent', 'a bug']])
    await expectServed(other, '2')
  })
})
