import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { createLogger } from '../../../../chassis/log.ts'
import { fakeOnly } from '../../../../chassis/testing/fake-only.ts'
import { until } from '../../../../chassis/testing/until.ts'
import { keepDemoData } from '../../application/demo.ts'
import { rotateKeys } from '../../application/signing-keys.ts'
import { demoMachine } from '../../demo-users.ts'
import { memoryPorts } from '../../testing/memory-ports.ts'
import { askToken, ISSUER, readDocument } from '../../testing/token-client.ts'
import { serveIssuer } from './issuer.ts'

let issuer: Awaited<ReturnType<typeof serveIssuer>>
let base: string
const ports = memoryPorts()
const log = createLogger('account')
log.level = 'silent'
beforeAll(async () => {
  // Only the clock that looks for new keys: HTTP needs the others.
  fakeOnly('setInterval', 'clearInterval')
  await keepDemoData(ports, 'demo secret')
  const fixed = { host: '127.0.0.1', port: 0, cookieKeys: ['c'.repeat(32)], log }
  issuer = await serveIssuer({ ...fixed, url: ISSUER, tokensPerMinute: 1, ports })
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

  it('says honestly that people cannot sign in yet', async () => {
    expect(await (await fetch(base)).text()).toContain('not there yet')
    const signIn = await fetch(`${base}/auth?client_id=${demoMachine.id}&response_type=code`)
    expect(signIn.status).toBe(400)
  })

  it('asks a caller with too many requests to try again later', async () => {
    const ask = () => askToken(base, demoMachine.id, 'demo secret', { grant_type: 'client_credentials' })
    expect((await ask()).status).toBe(200)
    const refused = await ask()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    // The provider takes these for /token too.
    for (const path of ['/token/', '/TOKEN', '/Token/?x'])
      expect((await fetch(base + path, { method: 'POST' })).status).toBe(429)
  })

  it('says 503 where its database is away, and 500 where it fails itself; neither says why', async () => {
    const failing = (error: Error) => ({ ...ports, clients: { ...ports.clients, find: () => Promise.reject(error) } })
    const answerTo = async (error: Error) => {
      const fixed = { host: '127.0.0.1', port: 0, cookieKeys: ['c'.repeat(32)], log, url: ISSUER }
      const other = await serveIssuer({ ...fixed, tokensPerMinute: 10, ports: failing(error) })
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
