import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from '@jest/globals'
import { listen } from '../../chassis/http.ts'
import { until } from '../../chassis/testing/until.ts'
import { startTestRouter } from '../testing/router.ts'
import { createUnreadAnswers, type UnreadLimits } from './unread-answers.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

/** More than the kernel buffers for a connection whose client does not read. */
const LARGE = 16_000_000

/** A client that sends a request, and reads nothing until it is resumed. */
function request(port: number, text: string) {
  const socket: Socket = connect({ port, host: '127.0.0.1' })
  const client = { socket, received: 0, isClosed: false }
  socket.pause()
  socket.on('data', (data) => {
    client.received += data.length
  })
  socket.on('close', () => {
    client.isClosed = true
  })
  socket.on('error', () => {})
  socket.write(text)
  open.push({ close: () => socket.destroy() })
  return client
}

async function serve(limits: UnreadLimits, stalledMs?: number) {
  const answers = createUnreadAnswers(limits, stalledMs)
  let sent = 0
  let closed = 0
  const { port, close } = await listen({
    ...{ host: '127.0.0.1', port: 0, needs: [], routes: {} },
    drainMs: 0,
    fallback: ({ url = '' }, response) => {
      answers.end(response, url, 'x'.repeat(LARGE))
      sent += 1
      response.once('close', () => {
        closed += 1
      })
    },
  })
  open.push({ close })
  /** Resolves when the answer to this client has been written. */
  const ask = async (path: string) => {
    const before = sent
    const client = request(port, `GET ${path} HTTP/1.1\r\nhost: here\r\n\r\n`)
    await until(() => sent > before)
    return client
  }
  return { ask, closed: () => closed }
}

it('a client that leaves too much unread is disconnected, and only where more would be added', async () => {
  const { ask } = await serve({ each: 2.5 * LARGE, all: 100 * LARGE })
  const [first, second, third] = [await ask('/ann'), await ask('/ann'), await ask('/ann')]
  const other = await ask('/bob')
  third.socket.resume()
  await until(() => third.isClosed)
  for (const client of [first, second, other]) {
    client.socket.resume()
    await until(() => client.received > LARGE)
  }
  expect(third.received).toBeLessThan(LARGE)
  // What has been read counts no more.
  const again = await ask('/ann')
  again.socket.resume()
  await until(() => again.received > LARGE)
})

it('a client gets an answer that is larger than what it may leave unread', async () => {
  const { ask } = await serve({ each: 1_000_000, all: 100 * LARGE })
  const client = await ask('/ann')
  client.socket.resume()
  await until(() => client.isClosed || client.received > LARGE)
  expect(client.received).toBeGreaterThan(LARGE)
})

it('if all clients leave too much unread, the one that leaves most loses an answer', async () => {
  const { ask } = await serve({ each: 100 * LARGE, all: 3.5 * LARGE })
  const [oldest, newer, bobs] = [await ask('/ann'), await ask('/ann'), await ask('/bob')]
  const carls = await ask('/carl')
  oldest.socket.resume()
  await until(() => oldest.isClosed)
  for (const client of [newer, bobs, carls]) {
    client.socket.resume()
    await until(() => client.received > LARGE)
  }
})

it('a client that reads nothing for a while is disconnected', async () => {
  const { ask, closed } = await serve({ each: 100 * LARGE, all: 100 * LARGE }, 50)
  const client = await ask('/ann')
  await until(() => closed() === 1)
  client.socket.resume()
  await until(() => client.isClosed)
  expect(client.received).toBeLessThan(LARGE)
})

it('the router limits what a client leaves unread of its answers', async () => {
  const router = await startTestRouter(
    [{ name: 's', typeDefs: 'type Query { text: String }', resolvers: { Query: { text: () => 'x'.repeat(LARGE) } } }],
    { LIVE_UNTAKEN_BYTES: 1.5 * LARGE },
  )
  open.push(router)
  const body = JSON.stringify({ query: '{ text }' })
  const post = `POST /graphql HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  for (const _ of [1, 2, 3]) request(Number(new URL(router.url).port), post)
  // A response is logged when it has been read, or its connection is closed.
  await until(() => router.lines.some((line) => JSON.parse(line).msg === 'request'))
})
