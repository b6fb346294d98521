import { afterEach, describe, expect, it } from '@jest/globals'
import { createIsSecure } from './client-address.ts'
import type { Handler } from './http.ts'
import { SAFE_HEADERS } from './safe-headers.ts'
import { endAll, logged, serve } from './testing/http-rig.ts'

afterEach(endAll)

describe('every response', () => {
  const SAFE = Object.entries(SAFE_HEADERS)
  const failing: Handler = async () => {
    throw new Error('a bug')
  }
  const plain: Handler = (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('here')

  it.each(['/health', '/ready', '/plain', '/failing', '/nothing'])(
    'is kept by nobody and no page: %s',
    async (path) => {
      const server = await serve({ routes: { '/plain': plain, '/failing': failing }, log: logged().log })
      const { headers } = await fetch(`http://127.0.0.1:${server.port}${path}`)
      expect(SAFE.map(([name]) => [name, headers.get(name)])).toEqual(SAFE)
      expect(headers.get('strict-transport-security')).toBeNull()
    },
  )

  it('may say otherwise where its handler knows better', async () => {
    const asset: Handler = (_, response) => void response.writeHead(200, { 'cache-control': 'public' }).end()
    const server = await serve({ routes: { '/asset': asset } })
    const { headers } = await fetch(`http://127.0.0.1:${server.port}/asset`)
    expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['public', 'nosniff'])
  })

  const HANDLERS: [string, Handler][] = [
    ['sets one before', (_, response) => void response.setHeader('cache-control', 'public').end()],
    [
      'sets one, and writes others',
      (_, response) => void response.setHeader('cache-control', 'public').writeHead(200, { a: 1 }).end(),
    ],
    [
      'writes them with a message',
      (_, response) => void response.writeHead(200, 'Fine', { 'cache-control': 'public' }).end(),
    ],
    ['writes them as a list', (_, response) => void response.writeHead(200, ['cache-control', 'public']).end()],
  ]
  it.each(HANDLERS)('has the others if its handler %s', async (_name, asset) => {
    const server = await serve({ routes: { '/asset': asset } })
    const { headers } = await fetch(`http://127.0.0.1:${server.port}/asset`)
    const expected = Object.entries({ ...SAFE_HEADERS, 'cache-control': 'public' })
    expect(expected.map(([name]) => [name, headers.get(name)])).toEqual(expected)
  })

  it('keeps browsers to TLS where they came by it', async () => {
    const server = await serve({ isSecure: createIsSecure(1) })
    const toldTo = async (proto: string) => {
      const { headers } = await fetch(`http://127.0.0.1:${server.port}/none`, {
        headers: { 'x-forwarded-proto': proto },
      })
      return headers.get('strict-transport-security')
    }
    expect(await toldTo('https')).toBe('max-age=31536000')
    expect(await toldTo('http')).toBeNull()
  })
})
