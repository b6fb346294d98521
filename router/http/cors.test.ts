import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SafeResponse } from '../../chassis/safe-headers.ts'
import { routerConfig } from '../config.ts'
import { startTestRouter } from '../testing/router.ts'
import { withCors } from './cors.ts'

const shop = { name: 'shop', typeDefs: 'type Query { name: String }', resolvers: { Query: { name: () => 'KJ' } } }
const APP = 'https://app.example'
let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter([shop], { CORS_ORIGINS: [APP, 'http://localhost:5173'] })
})
afterAll(() => router.close())

const preflight = (origin: string) =>
  fetch(`${router.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  })

describe('pages of another origin', () => {
  it('may read responses if they are allowed', async () => {
    const allowed = await preflight(APP)
    expect(allowed.status).toBe(204)
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization,content-type',
      vary: 'origin',
    })
    const answer = await router.post('{"query":"{ name }"}', { origin: APP })
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP)
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id')
    expect(await answer.json()).toEqual({ data: { name: 'KJ' } })
    const events = await router.post('{"query":"{ name }"}', { origin: APP, accept: 'text/event-stream' })
    expect(events.headers.get('access-control-allow-origin')).toBe(APP)
    await events.text()
  })

  it('are, in development, all of this machine, and none of another', () => {
    const read = (environment: NodeJS.ProcessEnv) => routerConfig(['--supergraph', 'any'], environment).CORS_ORIGINS
    expect(read({ NODE_ENV: 'development' })).toEqual(['http://localhost:*', 'http://127.0.0.1:*'])
    expect(read({ NODE_ENV: 'development', CORS_ORIGINS: APP })).toEqual([APP])
    expect([read({}), read({ NODE_ENV: 'test' })]).toEqual([[], []])
  })

  it('may be written with a slash at the end', () => {
    const environment = { CORS_ORIGINS: `${APP}/, http://localhost:5173/` }
    expect(routerConfig(['--supergraph', 'any'], environment).CORS_ORIGINS).toEqual([APP, 'http://localhost:5173'])
  })

  it.each([
    ['http://localhost:3000', true],
    ['http://localhost', true],
    ['https://localhost:3000', false],
    ['http://localhost.evil.example:3000', false],
    ['http://localhost:3000.evil.example', false],
    ['http://evil.example', false],
    ['null', false],
  ])('with any port of localhost: %s may: %s', async (origin, may) => {
    const headers = new Map<string, unknown>()
    const handle = withCors(['http://localhost:*'], () => {})
    // Nothing else of a response is used.
    const response = { setHeader: (name: string, value: unknown) => headers.set(name, value), appendHeader: () => {} }
    await handle({ headers: { origin } } as IncomingMessage, response as unknown as SafeResponse)
    expect(headers.get('access-control-allow-origin')).toBe(may ? origin : undefined)
  })

  it('may also read why they were refused', async () => {
    const refused = await router.post('no JSON', { origin: APP })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, APP])
  })

  it('may not, where they are not known, or look like one that is', async () => {
    for (const origin of ['https://evil.example', 'https://app.example.evil.example', 'null', 'http://app.example']) {
      const refused = await preflight(origin)
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([405, null])
    }
    const plain = await router.post('{"query":"{ name }"}')
    expect([plain.headers.get('access-control-allow-origin'), plain.headers.get('vary')]).toEqual([
      null,
      'origin, accept, accept-encoding',
    ])
  })
})
