import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { routerConfig } from '../config.ts'
import { startTestRouter } from '../testing/router.ts'

const shop = { name: 'shop', typeDefs: 'type Query { name: String }', resolvers: { Query: { name: () => 'KJ' } } }
const APP = 'https://app.example'

/** What the other program was asked for, and how it answers. */
const asked: { method?: string | undefined; url?: string | undefined; headers: IncomingMessage['headers'] }[] = []
let answer: RequestListener
const program = createServer((request, response) => {
  asked.push({ method: request.method, url: request.url, headers: request.headers })
  answer(request, response)
})
let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve))
  const { port } = program.address() as AddressInfo // It listens on a port.
  const PASS_ON = new Map([
    ['/photos', `http://127.0.0.1:${port}`],
    ['/away', 'http://127.0.0.1:1'],
  ])
  router = await startTestRouter([shop], { CORS_ORIGINS: [APP], PASS_ON })
})
afterAll(async () => {
  await router.close()
  program.closeAllConnections()
  program.close()
})

const text = async (request: IncomingMessage) => {
  let size = 0
  for await (const chunk of request) size += chunk.length
  return size
}

describe('a path that is passed on', () => {
  it('streams a large body, and only the headers that the program needs', async () => {
    answer = async (request, response) => {
      const size = await text(request)
      response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': 'a=b', 'x-inner': 'secret' })
      response.end(JSON.stringify({ size }))
    }
    const shown = await fetch(`${router.url}/photos?id=1&until=2`, {
      method: 'POST',
      headers: { authorization: 'Bearer ticket', cookie: 'session=1', origin: APP, 'x-context': 'forged' },
      body: Buffer.alloc(8_000_000),
    })
    expect([shown.status, await shown.json()]).toEqual([201, { size: 8_000_000 }])
    expect(asked.at(-1)).toMatchObject({ method: 'POST', url: '/photos?id=1&until=2' })
    expect(asked.at(-1)?.headers).toMatchObject({ authorization: 'Bearer ticket' })
    for (const kept of ['cookie', 'x-context', 'origin']) expect(asked.at(-1)?.headers).not.toHaveProperty(kept)
    expect([shown.headers.get('set-cookie'), shown.headers.get('x-inner')]).toEqual([null, null])
    expect(shown.headers.get('access-control-allow-origin')).toBe(APP)
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('answers what the program answers, also before it has read the body', async () => {
    answer = (_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer', connection: 'close' })
      response.end('no ticket')
    }
    const refused = await fetch(`${router.url}/photos`, { method: 'POST', body: 'x' })
    expect([refused.status, refused.headers.get('www-authenticate'), await refused.text()]).toEqual([
      401,
      'Bearer',
      'no ticket',
    ])
  })

  it('keeps a picture’s headers for caches', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'cache-control': 'public, max-age=60', etag: '"1"', 'content-type': 'image/webp' })
      response.end('picture')
    }
    const shown = await fetch(`${router.url}/photos?id=1`)
    expect(Object.fromEntries(shown.headers)).toMatchObject({ 'cache-control': 'public, max-age=60', etag: '"1"' })
    expect(await shown.text()).toBe('picture')
  })

  it('is 503 while the program is away, and 405 for other methods', async () => {
    const away = await fetch(`${router.url}/away`)
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2'])
    expect((await fetch(`${router.url}/photos`, { method: 'PUT' })).status).toBe(405)
  })

  it('whose answer breaks off is broken off, too', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('x')
      setImmediate(() => response.destroy())
    }
    await expect(fetch(`${router.url}/photos`).then((response) => response.text())).rejects.toThrow()
  })

  it('is none of the router’s own, and its target is an address', () => {
    const read = (PASS_ON: string) => routerConfig(['--supergraph', 'any'], { PASS_ON }).PASS_ON
    expect([...read('/photos=http://media:8080')]).toEqual([['/photos', 'http://media:8080']])
  })
})
