import { request } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { library } from '../testing/library.ts'
import { startTestRouter } from '../testing/router.ts'

let router: Awaited<ReturnType<typeof startTestRouter>>
afterEach(() => router.close())

const bodyOf = (bytes: number, query = '{ hours }') =>
  JSON.stringify({ query, extensions: { padding: 'x'.repeat(bytes) } })

/** A body that never comes whole; `chunk` after `chunk` of it, until it is answered. */
function dripping(chunk: string, chunks: number) {
  const post = request(`${router.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' } })
  const status = new Promise<number | undefined>((resolve) => {
    post.on('response', (response) => resolve(response.resume().statusCode))
    post.on('error', () => resolve(undefined))
  })
  for (let n = 1; n < chunks; n++) post.write(chunk)
  const sent = new Promise<void>((resolve) => post.write(chunk, () => resolve()))
  return { status, sent, giveUp: () => post.destroy() }
}

describe('the bodies of all requests together', () => {
  it('have so much room, until they are answered; little ones always have it', async () => {
    router = await startTestRouter(library, { MAX_BODIES_BYTES: 31_000 })
    const stock = router.subgraph('stock')
    stock.behave('held')
    const first = router.post(bodyOf(30_000))
    await until(() => stock.requests.length)
    const little = router.post(bodyOf(1_000))
    const second = await router.post(bodyOf(30_000, '{ open }'))
    expect([second.status, second.headers.get('retry-after'), second.headers.get('connection')]).toEqual([
      ...[503, '2', 'close'],
    ])
    expect(await second.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] })
    stock.release()
    expect([(await first).status, (await little).status]).toEqual([200, 200])
    expect((await router.post(bodyOf(30_000, '{ open }'))).status).toBe(200)
  })

  it('count while they come, and no more when their client has given up', async () => {
    router = await startTestRouter(library, { MAX_BODIES_BYTES: 50_000 })
    const full = async () => (await router.post(bodyOf(30_000))).status === 503
    const one = dripping(' '.repeat(30_000), 1)
    await until(full)
    one.giveUp()
    await until(async () => !(await full()))
  })

  it('count by the pieces they come in: each takes room of its own', async () => {
    router = await startTestRouter(library, { MAX_BODIES_BYTES: 50_000 })
    expect(await dripping(' ', 1_000).status).toBe(503)
  })
})

it('a client that disconnects during its body is not logged as an error', async () => {
  router = await startTestRouter(library)
  const going = dripping('{ "query": ', 1)
  await going.sent
  going.giveUp()
  const logLine = await until(() => router.lines.find((line) => line.includes('gone')))
  expect(JSON.parse(logLine ?? '')).toMatchObject({ level: 20 })
  expect(router.lines.filter((line) => JSON.parse(line).level >= 40)).toEqual([])
})

it('a body that is compressed is refused as such', async () => {
  router = await startTestRouter(library)
  const zipped = await router.post('not JSON', { 'content-encoding': 'gzip' })
  expect(zipped.status).toBe(415)
  expect(await zipped.json()).toMatchObject({ errors: [{ message: expect.stringContaining('content-encoding') }] })
  expect((await router.post(bodyOf(1), { 'content-encoding': 'identity' })).status).toBe(200)
})
