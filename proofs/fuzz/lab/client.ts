import { Agent, request as ask } from 'node:http'
import { openTestSocket, type TestSocket } from '../../../router/live/testing/ws-connection.ts'
import { soon } from './soon.ts'

export type Answer = { status: number; text: string }

const DEADLINE_MS = 10_000
/** A subscription that has begun says nothing by itself. */
const BEGUN_MS = 15

/** Asks over HTTP on kept connections; of a stream of events, what comes until it ends or no more comes. */
export function httpClient(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const post = (body: string | Buffer, headers: { [name: string]: string } = {}, path = '/graphql'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const json = { 'content-type': 'application/json', ...headers }
      const options = { port, host: '127.0.0.1', path, method: 'POST', agent, headers: json, timeout: DEADLINE_MS }
      const request = ask(options, (response) => {
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

/** One person's WebSocket, which is opened again where it was closed. */
export function wsClient(url: string, authorization: string) {
  let talking: TestSocket | null = null
  let ids = 0
  const opened = async (): Promise<TestSocket> => {
    if (talking && !talking.closed) return talking
    talking = await openTestSocket({ url })
    talking.send({ type: 'connection_init', payload: { authorization } })
    await soon(() => talking?.ofType('connection_ack').length)
    return talking
  }
  return {
    opened,
    /** Runs an operation: all that it was told before it ended, or (a subscription) before what was asked behind it was answered. */
    run: async (payload: object): Promise<{ told: object[]; closed: [number, string] | null }> => {
      const talk = await opened()
      const id = `i${++ids}`
      const from = talk.received.length
      talk.send(
        { id, type: 'subscribe', payload },
        { id: `${id} after`, type: 'subscribe', payload: { query: '{ __typename }' } },
      )
      const has = (ends: string[], of: string) =>
        talk.received.slice(from).some((one) => one.id === of && ends.includes(one.type))
      const ends = ['complete', 'error']
      await soon(() => talk.closed || (has(ends, `${id} after`) && (has(ends, id) || isSubscribing(payload))))
      if (!talk.closed) talk.send({ id, type: 'complete' })
      const told = talk.received.splice(0).filter((one) => one.id === id)
      return { told, closed: talk.closed }
    },
    close: () => talking?.socket.terminate(),
  }
}

const isSubscribing = (payload: object) => JSON.stringify(payload).includes('subscription')
