import { get as httpGet } from 'node:http'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { routerConfig } from '../config.ts'
import { library } from '../testing/library.ts'
import { startTestRouter } from '../testing/router.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const QUERY = '# "5 < 6" & more\n{ hours }'

let router: Awaited<ReturnType<typeof startTestRouter>>
let plain: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter(library, { GRAPHIQL: 'on', GRAPHIQL_QUERY: QUERY })
  plain = await startTestRouter(library, { GRAPHIQL: 'off' })
})
afterAll(async () => {
  await router.close()
  await plain.close()
})

const open = (url: string, init: RequestInit = {}) =>
  fetch(`${url}/graphql`, { ...init, headers: { accept: BROWSER, ...init.headers } })
const filesOf = (html: string) => [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path)

/** Runs the page's own script as a browser would: the settings it gives GraphiQL; every worker it names must be there. */
async function startedAt(search: string): Promise<unknown> {
  const [, , start = ''] = filesOf(await (await open(router.url)).text())
  let settings: unknown
  const world = {
    URL,
    URLSearchParams,
    location: { pathname: '/graphql', search },
    document: { querySelector: () => ({ dataset: { query: QUERY } }), currentScript: { src: router.url + start } },
    YogaGraphiQL: {
      renderYogaGraphiQL: (_root: unknown, given: unknown) => {
        settings = given
      },
    },
    MonacoEnvironment: { getWorkerUrl: (_id: string, _label: string): string => '' },
  }
  runInNewContext(await (await fetch(router.url + start)).text(), Object.assign(world, { self: world }))
  for (const label of ['graphql', 'json', 'editorWorkerService', 'another']) {
    expect((await fetch(world.MonacoEnvironment.getWorkerUrl('', label))).status).toBe(200)
  }
  return settings
}

describe('GraphiQL', () => {
  it('is served to browsers at the URL of the API, without resources of other sites', async () => {
    const response = await open(router.url)
    const html = await response.text()
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/)
    expect(filesOf(html)).toHaveLength(3)
    expect(html).not.toMatch(/https?:/)
    expect(html).not.toMatch(/<script(?![^>]* src=)/)
  })

  it('shows the query of the URL, with any content', async () => {
    const html = await (await open(router.url)).text()
    expect(html).toContain('data-query="# &quot;5 &lt; 6&quot; &amp; more\n{ hours }"')
  })

  it('is served whole, and kept by the browser for good', async () => {
    const [css = '', app = '', start = ''] = filesOf(await (await open(router.url)).text())
    const folder = app.slice(0, app.lastIndexOf('/'))
    const workers = ['graphql', 'json', 'editor'].map((name) => `${folder}/${name}.worker.js`)
    for (const path of [css, app, start, ...workers]) {
      const response = await fetch(router.url + path)
      expect([path, response.status]).toEqual([path, 200])
      const type = path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8'
      expect(response.headers.get('content-type')).toBe(type)
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect((await response.text()).length).toBeGreaterThan(500)
    }
  })

  it('is started with the query it was given, or the one in the address; tokens are not kept', async () => {
    expect(await startedAt('')).toMatchObject({ endpoint: '/graphql', query: QUERY, shouldPersistHeaders: false })
    expect(await startedAt('?query=%7B+mine+%7D')).toMatchObject({ query: '{ mine }' })
  })

  it('is compressed for clients that accept it, and only for them', async () => {
    const [css = ''] = filesOf(await (await open(router.url)).text())
    const encodingFor = (accepted: string) =>
      new Promise((resolve, reject) => {
        httpGet(router.url + css, { headers: { 'accept-encoding': accepted } }, (response) => {
          response.resume()
          resolve(response.headers['content-encoding'])
        }).on('error', reject)
      })
    expect(await encodingFor('gzip, deflate, br')).toBe('gzip')
    expect(await encodingFor('br')).toBeUndefined()
    expect(await encodingFor('br, gzip;q=0')).toBeUndefined()
  })

  it('is where a browser that opens the root is sent; others are told where the API is', async () => {
    const browser = await fetch(`${router.url}/`, { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect([browser.status, browser.headers.get('location')]).toEqual([302, '/graphql'])
    const other = await fetch(`${router.url}/`)
    expect([other.status, await other.json()]).toEqual([200, { message: expect.any(String), graphql: '/graphql' }])
  })

  it('does not affect clients that accept data', async () => {
    for (const accept of ['*/*', 'application/json', 'application/graphql-response+json, text/html;q=0.5']) {
      const response = await fetch(`${router.url}/graphql?query={hours}`, { headers: { accept } })
      expect(await response.json()).toEqual({ data: { hours: '9-17' } })
    }
    const body = JSON.stringify({ query: '{ hours }' })
    const posted = await open(router.url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    expect(await posted.json()).toEqual({ data: { hours: '9-17' } })
  })

  it.each([
    [{}, 'off'],
    [{ NODE_ENV: 'production' }, 'off'],
    [{ NODE_ENV: 'development' }, 'on'],
    [{ NODE_ENV: 'test' }, 'on'],
    [{ GRAPHIQL: 'on' }, 'on'],
    [{ NODE_ENV: 'production', GRAPHIQL: 'on' }, 'on'],
    [{ NODE_ENV: 'development', GRAPHIQL: 'off' }, 'off'],
    [{ NODE_ENV: 'development', GRAPHIQL: '' }, 'on'],
    [{ GRAPHIQL: '' }, 'off'],
  ])('with %o is %s', (environment, expected) => {
    expect(routerConfig(['--supergraph', 'any'], environment).GRAPHIQL).toBe(expected)
  })

  it('is not served if it is off', async () => {
    const [css = ''] = filesOf(await (await open(router.url)).text())
    const response = await open(plain.url)
    expect(response.status).toBe(400)
    expect(await response.text()).not.toContain('<html')
    expect((await fetch(plain.url + css)).status).toBe(404)
  })
})
