import { Agent, request as sendRequest } from 'node:http'
import { openTestSocket, type TestSocket } from '../../../router/live/testing/ws-connection.ts'

export type Answer = { status: number; text: string }

/** Reached only by what never comes, however busy the machine is. */
const DEADLINE_MS = 60_000
/** An event stream is closed this long after its first part, because a subscription may send nothing more. */
const READ_STREAM_MS = 15

/** Sends requests over keep-alive connections. An event stream is read until it ends, or for a short time. */
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
          if (isStream) setTimeout(() => response.destroy(), READ_STREAM_MS)
        })
        response.once('end', done).once('close', done)
      })
      request.once('timeout', () => request.destroy(new Error(`no answer within ${DEADLINE_MS} ms`)))
      request.once('error', reject)
      request.end(body)
    })
  return { post, close: () => agent.destroy() }
}

/** A user's WebSocket, which is reopened after it was closed. */
export function wsClient(url: string, authorization: string) {
  let current: TestSocket | null = null
  let operationCount = 0
  const open = async (): Promise<TestSocket> => {
    if (current && !current.closed) return current
    current = await openTestSocket({ url })
    current.send({ type: 'connection_init', payload: { authorization } })
    await pollUntil(() => current?.ofType('connection_ack').length)
    return current
  }
  return {
    open,
    /** Runs an operation. Returns its messages until it ends; for a subscription, until a query sent after it is answered. */
    run: async (payload: object): Promise<{ results: object[]; closed: [number, string] | null }> => {
      const socket = await open()
      const id = `i${++operationCount}`
      const from = socket.received.length
      socket.send(
        { id, type: 'subscribe', payload },
        { id: `${id} after`, type: 'subscribe', payload: { query: '{ __typename }' } },
      )
      const hasEnded = (id: string) =>
        socket.received.slice(from).some((message) => message.id === id && ['complete', 'error'].includes(message.type))
      await pollUntil(() => socket.closed || (hasEnded(`${id} after`) && (hasEnded(id) || isSubscribing(payload))))
      if (!socket.closed) socket.send({ id, type: 'complete' })
      const results = socket.received.splice(0).filter((message) => message.id === id)
      return { results, closed: socket.closed }
    },
    close: () => current?.socket.terminate(),
  }
}

const isSubscribing = (payload: object) => JSON.stringify(payload).includes('subscription')

/** Polls once per turn of the event loop until `check` returns a truthy value, and returns that. Throws after a minute. */
export async function pollUntil<Result>(check: () => Result): Promise<Result> {
  for (const deadline = Date.now() + DEADLINE_MS; Date.now() < deadline; await new Promise(setImmediate)) {
    const result = check()
    if (result) return result
  }
  throw new Error(`The condition was not met within ${DEADLINE_MS} ms.`)
}
