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
beforeAll(async () => {
  // Only the clock that looks for new keys: HTTP needs the others.
  fakeOnly('setInterval', 'clearInterval')
  await keepDemoData(ports, 'demo secret')
  const fixed = { host: '127.0.0.1', port: 0, cookieKeys: ['c'.repeat(32)], log: createLogger('account') }
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

  it('asks a caller who comes too often to come again later', async () => {
    const ask = () => askToken(base, demoMachine.id, 'demo secret', { grant_type: 'client_credentials' })
    expect((await ask()).status).toBe(200)
    const refused = await ask()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    // The provider takes these for /token too.
    for (const path of ['/token/', '/TOKEN', '/Token/?x'])
      expect((await fetch(base + path, { method: 'POST' })).status).toBe(429)
  })

  it('takes over a new key while it runs', async () => {
    const published = async () => (await readDocument(base, '/jwks')).keys
    expect(await published()).toHaveLength(1)
    await rotateKeys(ports.keys, Date.now())
    jest.advanceTimersByTime(60_000)
    await until(async () => JSON.stringify(await published()).split('"kid"').length === 3)
  })
})
