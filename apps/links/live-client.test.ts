import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import WebSocket, { WebSocketServer } from 'ws'
import { until } from '../../chassis/testing/until.ts'
import { createLiveClient, type LiveClient } from './live-client.ts'

const QUERY = 'subscription { never }'
const ignored = { next() {}, error() {}, complete() {} }

it.each([
  ['ws', WebSocket],
  ['the global WebSocket', undefined],
])('a connection ends quietly while it opens, with %s', async (_, webSocketImpl) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number } // it listens
  const live = createLiveClient({ url: `ws://127.0.0.1:${port}`, token: async () => null, webSocketImpl })
  const accepted: Promise<[Socket]> = once(server, 'connection') as never // a server's connections are sockets
  const errors: unknown[] = []
  live.subscribe({ query: QUERY }, { ...ignored, error: (error) => errors.push(error) })
  const [socket] = await accepted
  const closed = once(
    socket.resume().on('error', () => {}),
    'close',
  )
  live.dispose()
  await closed
  expect(errors).toEqual([])
  server.close()
})

describe('subscriptions', () => {
  /** Those that the server got, the newest last: by which token, and after which cursor. */
  let got: { token: string; after: unknown; send(cursor: string): void; close(code: number): void }[]
  let server: WebSocketServer
  let live: LiveClient
  beforeEach(async () => {
    got = []
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' })
    server.on('connection', (socket) => {
      let token = ''
      socket.on('message', (data) => {
        const { type, id, payload } = JSON.parse(`${data}`)
        if (type === 'connection_init') {
          token = payload.authorization
          socket.send(JSON.stringify({ type: 'connection_ack' }))
        } else if (type === 'subscribe') {
          const send = (cursor: string) =>
            socket.send(JSON.stringify({ id, type: 'next', payload: { data: { updated: { cursor } } } }))
          got.push({ token, after: payload.variables.after, send, close: (code) => socket.close(code) })
        }
      })
    })
    await once(server, 'listening')
    let tokens = 0
    const { port } = server.address() as { port: number } // it listens
    live = createLiveClient({ url: `ws://127.0.0.1:${port}`, token: async () => `${++tokens}` })
  })
  afterEach(() => {
    live.dispose()
    server.close()
  })

  it('go on after the newest cursor where a proxy closes the connection as if all were done', async () => {
    const newest = {}
    live.subscribe({ query: QUERY }, { ...ignored, next: ({ data }) => Object.assign(newest, data?.updated) })
    await until(() => got.length === 1)
    got[0]?.send('a')
    await until(() => 'cursor' in newest)
    got[0]?.close(1000)
    await until(() => got.length === 2)
    expect(got[1]?.after).toBe('a')
  })

  it('do not go on by the token of somebody who has just signed out', async () => {
    const stop = live.subscribe({ query: QUERY }, ignored)
    await until(() => got.length === 1)
    stop()
    live.subscribe({ query: QUERY }, ignored)
    await until(() => got.length === 2)
    expect(got.map(({ token }) => token)).toEqual(['Bearer 1', 'Bearer 2'])
  })
})
