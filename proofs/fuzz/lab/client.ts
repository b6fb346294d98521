import { Agent, request as sendRequest } from 'node:http'
import { openTestSocket, type TestSocket } from '../../../router/live/testing/ws-connection.ts'
import { soon } from './soon.ts'

export type Answer = { status: number; text: string }

const DEADLINE_MS = 10_000
/** The time after the first part of an event stream, after which it is closed: a subscription may send nothing more. */
const BEGUN_MS = 15

/** Sends requests over kept connections. An event stream is read until it ends, or for a short time. */
export function httpClient(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const post = (body: string | Buffer, headers: { [name: string]: string } = {}, path = '/graphql'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const json = { 'content-type': 'application/json', ...headers }
      const options = { port, host: '127.0.0.1', path, method: 'POST', agent, headers: json, timeout: DEADLINE_MS }
      const request = sendRequest(options, (response) => {
        const status = response.statusCode ?? 0
        let text = ''
        const done = () => resolve({ status, text })
        const isStream = response.headers['content-type']?.startsWith('text/event-stream')
        response.setEncoding('utf8').on('data', (part) => {
          text += part
          if (isStream) setTimeout(() => response.destroy(), BEGUN_MS)
        })
        response.once('end', done).once('close', done)
      })
      request.once('timeout', () => request.destroy(new Error(`no answer within ${DEADLINE_MS} ms`)))
      request.once('error', reject)
      request.end(body)
    })
  return { post, close: () => agent.destroy() }
}

/** A user's WebSocket, which is opened again if it was closed. */
export function wsClient(url: string, authorization: string) {
  let current: TestSocket | null = null
  let ids = 0
  const open = async (): Promise<TestSocket> => {
    if (current && !current.closed) return current
    current = await openTestSocket({ url })
    current.send({ type: 'connection_init', payload: { authorization } })
    await soon(() => current?.ofType('connection_ack').length)
    return current
  }
  return {
    open,
    /** Runs an operation. Returns its messages until it ended; for a subscription, until a query sent after it was answered. */
    run: async (payload: object): Promise<{ results: object[]; closed: [number, string] | null }> => {
      const socket = await open()
      const id = `i${++ids}`
      const from = socket.received.length
      socket.send(
        { id, type: 'subscribe', payload },
        { id: `${id} after`, type: 'subscribe', payload: { query: '{ __typename }' } },
      )
      const has = (ends: string[], of: string) =>
        socket.received.slice(from).some((one) => one.id === of && ends.includes(one.type))
      const ends = ['complete', 'error']
      await soon(() => socket.closed || (has(ends, `${id} after`) && (has(ends, id) || isSubscribing(payload))))
      if (!socket.closed) socket.send({ id, type: 'complete' })
      const results = socket.received.splice(0).filter((one) => one.id === id)
      return { results, closed: socket.closed }
    },
    close: () => current?.socket.terminate(),
  }
}

const isSubscribing = (payload: object) => JSON.stringify(payload).includes('subscription')
