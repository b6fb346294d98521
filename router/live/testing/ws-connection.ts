import { WebSocket } from 'ws'
import { until } from '../../../chassis/testing/until.ts'

type Message = { id?: string; type: string; payload?: unknown }
type Live = { url: string }

/** A WebSocket that says what it is told to, and remembers what it heard. */
export async function talkTo(
  live: Live,
  options: { protocol?: string; headers?: Record<string, string>; autoPong?: boolean } = {},
) {
  const { protocol = 'graphql-transport-ws', ...rest } = options
  const socket = new WebSocket(live.url.replace('http', 'ws'), protocol ? [protocol] : [], rest)
  const heard: Message[] = []
  const talk = {
    socket,
    heard,
    closed: null as [number, string] | null,
    status: null as number | null,
    say: (...messages: unknown[]) => {
      for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    },
    type: (type: string) => heard.filter((message) => message.type === type),
  }
  socket.on('message', (data) => heard.push(JSON.parse(String(data))))
  socket.on('close', (code, reason) => (talk.closed = [code, String(reason)]))
  socket.on('unexpected-response', (_, response) => (talk.status = response.statusCode ?? 0))
  socket.on('error', () => {})
  await until(() => socket.readyState !== WebSocket.CONNECTING || talk.status)
  return talk
}

export type Talk = Awaited<ReturnType<typeof talkTo>>

export const INIT = { type: 'connection_init' }
export const as = (name: string) => ({ ...INIT, payload: { authorization: `Bearer ${name}` } })
export const subscribe = (id: string, query = 'subscription { counted }', rest = {}) => ({
  ...{ id, type: 'subscribe' },
  payload: { query, ...rest },
})
