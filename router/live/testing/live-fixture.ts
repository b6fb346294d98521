import { afterEach, beforeEach, jest } from '@jest/globals'
import { fakeOnly } from '../../../chassis/testing/fake-only.ts'
import { until } from '../../../chassis/testing/until.ts'
import { startLive } from '../../testing/live.ts'
import { as, openTestSocket, type TestSocket } from './ws-connection.ts'

export type Live = Awaited<ReturnType<typeof startLive>>

/**
 * A fixture for one test file: everything that it opens is closed after each test. Time passes only by `passSeconds`, so that
 * no client exceeds a time limit because the machine is slow.
 */
export function createLiveFixture() {
  const open: { close(): unknown }[] = []
  beforeEach(() => {
    fakeOnly('setInterval', 'clearInterval')
  })
  afterEach(async () => {
    jest.useRealTimers()
    for (const each of open.splice(0).reverse()) await each.close()
  })
  const closeAfterTest = (close: () => unknown) => void open.push({ close })

  const start = async (...args: Parameters<typeof startLive>): Promise<Live> => {
    const live = await startLive(...args)
    closeAfterTest(() => live.close())
    return live
  }
  /** Opens a WebSocket without `connection_init`. */
  const connect = async (live: Live, options?: Parameters<typeof openTestSocket>[1]): Promise<TestSocket> => {
    const client = await openTestSocket(live, options)
    closeAfterTest(() => client.socket.terminate())
    return client
  }
  /** Opens a WebSocket and waits until its `connection_init` is acknowledged. */
  const connectAs = async (live: Live, init: object = as('ann'), options = {}): Promise<TestSocket> => {
    const client = await connect(live, options)
    client.send(init)
    await until(() => client.ofType('connection_ack').length)
    return client
  }
  /** Lets this many seconds pass at once. */
  const passSeconds = (count: number) => jest.advanceTimersByTime(count * 1_000)
  return { closeAfterTest, start, connect, connectAs, passSeconds }
}

/** Resolves when no connection, client or operation is counted or open any more. */
export const nothingLeft = (live: Live) =>
  until(async () => {
    const { connections, clients, operations } = live.count()
    return connections + clients + operations + (await live.connections()) === 0
  })
