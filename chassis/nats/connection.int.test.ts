import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals'
import { pino } from 'pino'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { until } from '../testing/until.ts'
import { connectNats, type Nats } from './connection.ts'
import { liveSource } from './live-source.ts'

let server: NatsServer
let nats: Nats
beforeAll(async () => {
  server = await natsServer()
  nats = await connectNats(server.url, 'test')
})
afterEach(() => void jest.restoreAllMocks())
afterAll(async () => {
  await nats.connection.close()
  await server.end()
})

// What is left behind would be an unhandled rejection, of which any test run fails, and a process ends.
it('leaves nothing of a request that throws at once, to fail when the connection is lost', async () => {
  const bug = () => {
    throw new Error('at once')
  }
  await expect(nats.whileConnected(bug)).rejects.toThrow('at once')
  await server.kill()
  await until(() => nats.disconnects() === 1)
  await server.start()
  await until(() => nats.whileConnected(async () => true))
})

it('leaves no timer of a read that could not be sent', async () => {
  const begun = jest.spyOn(globalThis, 'setTimeout')
  const ended = jest.spyOn(globalThis, 'clearTimeout')
  const source = liveSource(nats, pino({ level: 'silent' }))
  await expect(source.latest([`live.things.${'x'.repeat(2_000_000)}`], 1)).rejects.toThrow('MAX_PAYLOAD')
  const timers = begun.mock.results.map(({ value }) => value)
  expect(timers.length).toBeGreaterThan(0)
  expect(ended.mock.calls.map(([timer]) => timer)).toEqual(timers)
})
