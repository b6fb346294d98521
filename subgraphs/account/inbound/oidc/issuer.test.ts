import { get, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { decodeJwt } from 'jose'
import { createLogger } from '../../../../chassis/log.ts'
import { revocationKey } from '../../../../chassis/revocations.ts'
import { fakeOnly } from '../../../../chassis/testing/fake-only.ts'
import { recordedAudit } from '../../../../chassis/testing/recorded-audit.ts'
import { until } from '../../../../chassis/testing/until.ts'
import { keepDemoData } from '../../application/demo.ts'
import { rotateKeys } from '../../application/signing-keys.ts'
import { demoMachine } from '../../demo-users.ts'
import { issuerOptions } from '../../testing/issuer-options.ts'
import { memoryPorts } from '../../testing/memory-ports.ts'
import { askToken, ISSUER, readDocument } from '../../testing/token-client.ts'
import { serveIssuer } from './issuer.ts'

let issuer: Awaited<ReturnType<typeof serveIssuer>>
let base: string
const ports = memoryPorts()
const log = createLogger('account')
log.level = 'silent'
beforeAll(async () => {
  // Only the clocks that look for new keys and give back what the limits took: HTTP needs the others.
  fakeOnly('setInterval', 'clearInterval', 'performance')
  await keepDemoData(ports, 'demo secret')
  issuer = await serveIssuer({ ...issuerOptions(), log, tokensPerMinute: 100, ports })
  base = `http://127.0.0.1:${issuer.port}`
})
afterAll(() => {
  jest.useRealTimers()
  return issuer.close()
})

describe('the issuer', () => {
  it('publishes addresses of its own URL, whatever the caller says', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }
    const metadata = await (await fetch(`${base}/.well-known/openid-configuration`, { headers })).json()
    expect(metadata).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, token_endpoint: `${ISSUER}/token` })
  })

  it('does not let a machine client sign people in', async () => {
    const signIn = await fetch(`${base}/auth?client_id=${demoMachine.id}&response_type=code`)
    expect(signIn.status).toBe(400)
  })

  it('says 503 where its database is away, and 500 where it fails itself; neither says why', async () => {
    const failing = (error: Error) => ({ ...ports, clients: { ...ports.clients, find: () => Promise.reject(error) } })
    const answerTo = async (error: Error) => {
      const fixed = { ...issuerOptions(), log }
      const other = await serveIssuer({ ...fixed, tokensPerMinute: 10, proxies: 0, ports: failing(error) })
      const at = `http://127.0.0.1:${other.port}`
      const answer = await askToken(at, 'reports', 'secret', { grant_type: 'client_credentials' })
      await other.close()
      return answer
    }
    const away = await answerTo(Object.assign(new Error('secret'), { code: '57P01' }))
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2'])
    expect(away.body).toEqual({ error: 'temporarily_unavailable', error_description: 'Try again in 2 s.' })
    const broken = await answerTo(new Error('secret'))
    expect([broken.status, broken.headers.get('retry-after'), broken.body.error]).toEqual([500, null, 'server_error'])
    expect(JSON.stringify(broken.body)).not.toContain('secret')
  })

  it('takes over a new key while it runs', async () => {
    const published = async () => (await readDocument(base, '/jwks')).keys
    expect(await published()).toHaveLength(1)
    await rotateKeys(ports.keys, Date.now())
    jest.advanceTimersByTime(60_000)
    await until(async () => JSON.stringify(await published()).split('"kid"').length === 3)
  })
})

describe('the issuer in development', () => {
  const sandbox = { newest: async () => [{ to: '+821012345678', text: 'the code is #123456', at: 0 }] }
  const secretIn = { demoSecret: 'demo secret' }
  const opened: { close: () => Promise<void> }[] = []
  afterAll(() => Promise.all(opened.map(({ close }) => close())))
  async function statusesAt(options: object, paths: string[], host: string) {
    const one = await serveIssuer({ ...issuerOptions(), log, tokensPerMinute: 100, ports, ...options })
    opened.push(one)
    return Promise.all(
      paths.map(async (path) => {
        const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
        get({ port: one.port, path, headers: { host }, agent: false }, resolve).on('error', reject)
        const response = await promise
        response.resume()
        return response.statusCode
      }),
    )
  }
  const PAGES = ['/messages', '/account', '/auth', '/MESSAGES', '/jwks/../messages']

  it.each(['evil.example:4090', 'evil.example', 'localhost.evil.example'])(
    'answers no page that a browser takes for one of %s (DNS rebinding)',
    async (host) => {
      for (const options of [{ sandbox }, secretIn])
        expect(await statusesAt(options, PAGES, host)).toEqual(PAGES.map(() => 421))
    },
  )

  it.each(['login.example.com', 'LOGIN.example.com', 'localhost:4090', '127.0.0.1'])(
    'answers pages by a name of its own: %s',
    async (host) => {
      expect(await statusesAt({ sandbox }, ['/messages', '/account'], host)).toEqual([200, 200])
    },
  )

  it('is read by other programs under whatever name they know it', async () => {
    const paths = ['/jwks', '/revocations', '/.well-known/openid-configuration', '/token']
    expect(await statusesAt({ sandbox, ...secretIn }, paths, 'account:4090')).toEqual([200, 200, 200, 404])
  })

  it('is as before without anything that is for development', async () => {
    expect(await statusesAt({}, ['/account'], 'behind-a-proxy')).toEqual([200])
  })
})

describe('the list of revocations', () => {
  const list = (headers = {}, method = 'GET') => fetch(`${base}/revocations`, { method, headers })
  const reload = () => jest.advanceTimersByTime(10_000)

  it('has what was revoked, within ten seconds, and forgets it when the tokens have expired', async () => {
    const first = await list()
    expect([first.status, await first.json()]).toEqual([200, { subjects: {}, clients: {}, keys: [] }])
    const seconds = (ms: number) => Math.floor((Date.now() + ms) / 1_000)
    await ports.revocations.add({ kind: 'client', id: 'reports', before: seconds(0) })
    await ports.revocations.add({ kind: 'client', id: 'old', before: seconds(-3_600_000 - 3 * 60_000) })
    await ports.revocations.add({ kind: 'client', id: 'over', before: seconds(-3_600_000 - 6 * 60_000) })
    reload()
    const clients = async () => Object.keys(((await (await list()).json()) as { clients: object }).clients)
    await until(async () => (await clients()).length === 3)
    reload()
    await until(async () => (await clients()).length === 2)
    expect(await clients()).toEqual(expect.arrayContaining([revocationKey('reports'), revocationKey('old')]))
  })

  it('is sent again only when it has changed, and only to those who read', async () => {
    const etag = (await list()).headers.get('etag') ?? ''
    expect((await list({ 'if-none-match': etag })).status).toBe(304)
    expect((await list({ 'if-none-match': '"other"' })).status).toBe(200)
    await ports.revocations.add({ kind: 'key', id: 'kid', before: 0 })
    reload()
    await until(async () => (await list({ 'if-none-match': etag })).status === 200)
    expect((await list({}, 'POST')).status).toBe(405)
  })

  it('is not limited: every router reads it', async () => {
    for (let n = 0; n < 150; n++) await (await list()).arrayBuffer()
    expect((await list()).status).toBe(200)
  })
})

describe('the audit trail of the issuer', () => {
  it('has each token with its client, subject and scopes, and each refusal; no secret', async () => {
    const audit = recordedAudit()
    const fixed = { ...issuerOptions(), log, audit }
    const one = await serveIssuer({ ...fixed, demoSecret: 'demo secret', tokensPerMinute: 4, proxies: 1, ports })
    const at = `http://127.0.0.1:${one.port}`
    const machine = { grant_type: 'client_credentials', scope: 'payments:read' }
    const own = await askToken(at, demoMachine.id, 'demo secret', machine)
    const lees = await askToken(at, 'demo', 'demo secret', { grant_type: 'urn:flower-delivery:demo', user: 'lee' })
    await askToken(at, demoMachine.id, 'wrong secret', machine)
    await askToken(at, 'no client', 'wrong secret', machine)
    await askToken(at, 'no client', 'wrong secret', machine)
    await one.close()
    const [claims, lee] = [own, lees].map(({ body }) => decodeJwt(body.access_token))
    expect(audit.events).toEqual([
      {
        ...{ event: 'token', who: `client ${demoMachine.id}`, outcome: 'issued', on: [claims?.jti] },
        ...{ scopes: ['payments:read'], grant: 'client_credentials' },
      },
      {
        ...{ event: 'token', who: 'client demo', outcome: 'issued', on: [lee?.jti] },
        ...{ subject: lee?.sub, grant: 'urn:flower-delivery:demo' },
      },
      { event: 'token', who: 'address 127.0.0.1', outcome: 'invalid_client', on: [demoMachine.id] },
      { event: 'token', who: 'address 127.0.0.1', outcome: 'invalid_client' },
      { event: 'limit', who: 'address 127.0.0.1', outcome: 'RATE_LIMITED' },
    ])
    expect(JSON.stringify(audit.events)).not.toMatch(/secret|no client/)
  })
})

describe('the issuer, asked too often,', () => {
  const opened: { close: () => Promise<void> }[] = []
  afterAll(() => Promise.all(opened.map(({ close }) => close())))

  /** One that allows three requests, with requests to it as they come from an address behind so many proxies. */
  async function limited(proxies = 1) {
    const fixed = { ...issuerOptions(), log }
    const one = await serveIssuer({ ...fixed, tokensPerMinute: 3, proxies, ports })
    opened.push(one)
    const at = `http://127.0.0.1:${one.port}`
    const statuses = async (count: number, path: string, address: string, init: RequestInit = {}) => {
      const all: number[] = []
      for (let n = 0; n < count; n++)
        all.push((await fetch(at + path, { ...init, headers: { ...init.headers, 'x-forwarded-for': address } })).status)
      return all
    }
    const token = (count: number, address: string, secret = 'demo secret') =>
      statuses(count, '/token', address, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${demoMachine.id}:${secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      })
    return { at, statuses, token }
  }

  it('says when to come again', async () => {
    const { at } = await limited()
    const ask = () => askToken(at, demoMachine.id, 'wrong', { grant_type: 'client_credentials' })
    for (const _ of [1, 2, 3]) expect((await ask()).status).toBe(401)
    const refused = await ask()
    expect([refused.status, refused.body.error]).toEqual([429, 'temporarily_unavailable'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('counts all that comes from an address, GETs and odd paths too', async () => {
    const { statuses } = await limited()
    expect(await statuses(2, `/auth?client_id=${demoMachine.id}`, '192.0.2.1')).toEqual([400, 400])
    expect(await statuses(1, '/TOKEN/?x', '192.0.2.1', { method: 'POST' })).toEqual([400])
    expect(await statuses(1, '/nowhere', '192.0.2.1')).toEqual([429])
  })

  it('gives the tokens of a client it knows, wherever failures come from, and counts that client apart', async () => {
    const { token } = await limited()
    expect(await token(1, '192.0.2.1')).toEqual([200])
    expect(await token(3, '192.0.2.1', 'guessed')).toEqual([401, 401, 429])
    // A client that is not known yet can't be told from those who guess.
    expect(await token(1, '192.0.2.1', 'another guess')).toEqual([429])
    expect(await token(3, '192.0.2.1')).toEqual([200, 200, 200])
    expect(await token(1, '198.51.100.1')).toEqual([429])
  })

  it('takes the network of an IPv6 address for one, and each client behind a proxy for itself', async () => {
    const { token } = await limited()
    expect(await token(3, '2001:db8:1:2::5', 'wrong')).toEqual([401, 401, 401])
    expect(await token(1, '2001:db8:1:2:ffff::6', 'wrong')).toEqual([429])
    expect(await token(1, '2001:db8:1:3::5', 'wrong')).toEqual([401])
  })

  it('believes nothing of an address where no proxy is in front', async () => {
    const { token } = await limited(0)
    const from = async (n: number) => (await token(1, `192.0.2.${n}`, 'wrong'))[0]
    expect([await from(1), await from(2), await from(3), await from(4)]).toEqual([401, 401, 401, 429])
  })

  it('goes on publishing what tokens are checked by', async () => {
    const { statuses } = await limited()
    expect(await statuses(4, '/nowhere', '192.0.2.1')).toEqual([404, 404, 404, 429])
    expect(await statuses(5, '/jwks', '192.0.2.1')).toEqual([200, 200, 200, 200, 200])
    expect(await statuses(1, '/.well-known/openid-configuration', '192.0.2.1')).toEqual([200])
  })
})
