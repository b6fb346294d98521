import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createLiveFixture, type Live } from '../testing/live-fixture.ts'
import { subscribe } from '../testing/ws-connection.ts'

const { start, connectAs, passSeconds } = createLiveFixture()

describe('a client that does not read', () => {
  const kilobytes = (count: number) => `{"data":"${'x'.repeat(count * 1000)}"}`
  const fill = (sink: Live['started'][number]['sink']) => {
    for (let i = 0; i < 2_000 && sink.isReady(); i++) sink.next(kilobytes(10))
  }

  it('gets nothing new until it is drained; then the rest', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.send(subscribe('1'), subscribe('2'))
    const [one, two] = [await live.nth(0), await live.nth(1)]
    client.socket.pause()
    fill(one.sink)
    expect([one.sink.isReady(), two.sink.isReady()]).toEqual([false, false])
    client.socket.resume()
    await until(() => one.drained === 1 && two.drained === 1)
    expect(one.sink.isReady()).toBe(true)
    client.send({ id: '2', type: 'complete' })
    await until(() => two.stopped === 1)
  })

  it('is resumed right after its start if it was drained before', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.send(subscribe('1', 'subscription { never }'))
    const one = await live.nth(0)
    client.socket.pause()
    fill(one.sink)
    client.socket.resume()
    await until(() => one.sink.isReady())
    live.admit()
    await until(() => one.drained === 1)
  })

  it('gets its messages unchanged while others are sent', async () => {
    const live = await start()
    const [slow, quick] = [await connectAs(live), await connectAs(live)]
    slow.send(subscribe('1'))
    const one = await live.nth(0)
    quick.send(subscribe('2'))
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
    await until(() => slow.ofType('next').length === sent.length)
    expect(slow.ofType('next').map(({ payload }) => JSON.stringify(payload))).toEqual(sent)
  })

  it('is disconnected after 30 seconds', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.send(subscribe('1'))
    const one = await live.nth(0)
    client.socket.pause()
    fill(one.sink)
    passSeconds(31)
    await until(() => one.stopped === 1)
    await until(() => live.count().connections === 0)
  })

  it('has no operations started for it', async () => {
    const live = await start()
    const client = await connectAs(live)
    client.send(subscribe('1'))
    const one = await live.nth(0)
    client.socket.pause()
    fill(one.sink)
    client.send(subscribe('2'))
    client.socket.resume()
    expect((await live.nth(1)).readyThen).toEqual([true])
    expect(one.drained).toBe(1)
  })
})
