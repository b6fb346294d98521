import { WebSocket } from 'ws'
import { until } from '../../../chassis/testing/until.ts'

type Message = { id?: string; type: string; payload?: unknown }
type Live = { url: string }

/** Opens a WebSocket that records everything it receives. */
export async function openTestSocket(
  live: Live,
  options: { protocol?: string; headers?: Record<string, string>; autoPong?: boolean } = {},
) {
  const { protocol = 'graphql-transport-ws', ...rest } = options
  const socket = new WebSocket(live.url.replace('http', 'ws'), protocol ? [protocol] : [], rest)
  const received: Message[] = []
  const client = {
    socket,
    received,
    closed: null as [number, string] | null,
    status: null as number | null,
    send: (...messages: unknown[]) => {
      for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    },
    ofType: (type: string) => received.filter((message) => message.type === type),
  }
  socket.on('message', (data) => received.push(JSON.parse(String(data))))
  socket.on('close', (code, reason) => (client.closed = [code, String(reason)]))
  socket.on('unexpected-response', (_, response) => (client.status = response.statusCode ?? 0))
  socket.on('error', () => {})
  await until(() => socket.readyState !== WebSocket.CONNECTING || client.status)
  return client
}

export type TestSocket = Awaited<ReturnType<typeof openTestSocket>>

export const INIT = { type: 'connection_init' }
export const as = (name: string) => ({ ...INIT, payload: { authorization: `Bearer ${name}` } })
export const subscribe = (id: string, query = 'subscription { counted }', rest = {}) => ({
  ...{ id, type: 'subscribe' },
  payload: { query, ...rest },
})
