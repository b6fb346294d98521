import { describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { createStage, type Live } from '../testing/live-fixture.ts'
import { subscribe } from '../testing/ws-connection.ts'

const { start, known, seconds } = createStage()

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
    const live = await start()
    const talk = await known(live)
    talk.say(subscribe('1'))
    const one = await live.nth(0)
    talk.socket.pause()
    fill(one.sink)
    seconds(31)
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
