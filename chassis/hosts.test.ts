import { afterEach, describe, expect, it } from '@jest/globals'
import { innerHosts } from './hosts.ts'
import { SAFE_HEADERS } from './safe-headers.ts'
import { endAll, get, sendRaw, serve } from './testing/http-rig.ts'
import { until } from './testing/until.ts'

afterEach(endAll)

const OWN = [
  'localhost',
  'LocalHost:8080',
  '127.0.0.1',
  '127.0.0.1:8080',
  '127.1.2.3',
  '[::1]:8080',
  '[::1]',
  undefined,
]
const FOREIGN = [
  '',
  'evil.example',
  'evil.example:8080',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '10.0.0.1',
]

describe('an inner port', () => {
  it.each(['127.0.0.1', '::1', 'localhost'])('of this machine alone (%s) answers to its own names only', (address) => {
    const isOwnHost = innerHosts(address)
    expect(OWN.filter((host) => !isOwnHost(host))).toEqual([])
    expect(FOREIGN.filter(isOwnHost)).toEqual([])
  })

  it('of a network answers to any name, unless it has been given its own', () => {
    expect([...OWN, ...FOREIGN].filter((host) => !innerHosts('0.0.0.0')(host))).toEqual([])
    const isOwnHost = innerHosts('0.0.0.0', ['provider'])
    expect([...OWN, 'provider', 'Provider:8080'].filter((host) => !isOwnHost(host))).toEqual([])
    expect([...FOREIGN, 'provider.evil.example'].filter(isOwnHost)).toEqual([])
  })
})

describe('a Host', () => {
  const twice = (request: string) => `${request}\r\nHost: a\r\nhOST: a\r\nConnection: `

  it('that is there twice is refused (RFC 9112, 3.2), also for an upgrade', async () => {
    let upgrades = 0
    const server = await serve({ upgrades: { '/ws': () => upgrades++ } })
    const asked = sendRaw(server, `${twice('GET /health HTTP/1.1')}keep-alive\r\n\r\n`)
    const upgrading = sendRaw(server, `${twice('GET /ws HTTP/1.1')}Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    await until(() => asked.isClosed && upgrading.isClosed)
    for (const { received } of [asked, upgrading]) {
      expect(received).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
      for (const [name, value] of Object.entries(SAFE_HEADERS)) expect(received).toContain(`${name}: ${value}\r\n`)
    }
    expect(upgrades).toBe(0)
  })

  it('of another server is refused where a port has its own', async () => {
    const server = await serve({ isOwnHost: innerHosts('127.0.0.1') })
    const foreign = sendRaw(server, 'GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n')
    await until(() => foreign.isClosed)
    expect(foreign.received).toMatch(/^HTTP\/1.1 421 Misdirected Request\r\n/)
    expect((await get(server, '/health')).status).toBe(200)
  })
})
