import { afterEach, beforeEach, jest } from '@jest/globals'
import { fakeOnly } from '../../../chassis/testing/fake-only.ts'
import { until } from '../../../chassis/testing/until.ts'
import { startLive } from '../../testing/live.ts'
import { as, type Talk, talkTo } from './ws-connection.ts'

export type Live = Awaited<ReturnType<typeof startLive>>

/**
 * Where the tests of one file play: all that they open is closed behind each. No second passes but by `seconds`, so that no
 * client is too late, nor one too quick, because the machine is slow.
 */
export function createStage() {
  const open: { close(): unknown }[] = []
  beforeEach(() => {
    fakeOnly('setInterval', 'clearInterval')
  })
  afterEach(async () => {
    jest.useRealTimers()
    for (const each of open.splice(0).reverse()) await each.close()
  })
  const closes = (close: () => unknown) => void open.push({ close })

  const start = async (...given: Parameters<typeof startLive>): Promise<Live> => {
    const live = await startLive(...given)
    closes(() => live.close())
    return live
  }
  /** A WebSocket that has said nothing yet. */
  const raw = async (live: Live, options?: Parameters<typeof talkTo>[1]): Promise<Talk> => {
    const talk = await talkTo(live, options)
    closes(() => talk.socket.terminate())
    return talk
  }
  /** One that has introduced itself. */
  const known = async (live: Live, introduction: object = as('ann'), options = {}): Promise<Talk> => {
    const talk = await raw(live, options)
    talk.say(introduction)
    await until(() => talk.type('connection_ack').length)
    return talk
  }
  /** Lets so many pass, at once. */
  const seconds = (count: number) => jest.advanceTimersByTime(count * 1_000)
  return { closes, start, raw, known, seconds }
}

/** Ends once nothing is counted, and no connection open, any more. */
export const nothingLeft = (live: Live) =>
  until(async () => {
    const { connections, clients, operations } = live.count()
    return connections + clients + operations + (await live.connections()) === 0
  })
