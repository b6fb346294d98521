import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import WebSocket from 'ws'
import { createLiveClient } from './live-client.ts'

const server = createServer()
beforeEach(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => void server.close())

it.each([
  ['ws', WebSocket],
  ['the global WebSocket', undefined],
])('ends quietly while a connection opens, with %s', async (_, webSocketImpl) => {
  const errors: unknown[] = []
  const { port } = server.address() as { port: number } // it listens
  const live = createLiveClient({ url: `ws://127.0.0.1:${port}`, token: async () => null, webSocketImpl })
  const accepted: Promise<[Socket]> = once(server, 'connection') as never // a server's connections are sockets
  live.subscribe(
    { query: 'subscription { never }' },
    { next() {}, error: (error) => errors.push(error), complete() {} },
  )
  const [socket] = await accepted
  const closed = once(
    socket.resume().on('error', () => {}),
    'close',
  )
  live.dispose()
  await closed
  expect(errors).toEqual([])
})
