import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createLogger } from '../../../../chassis/log.ts'
import { keepDemoData } from '../../application/demo.ts'
import { registerClient } from '../../application/machine-clients.ts'
import type { AccountPorts } from '../../application/ports.ts'
import { rotateKeys } from '../../application/signing-keys.ts'
import { demoUsers } from '../../demo-users.ts'
import { postgresPorts } from '../../outbound/postgres/database.ts'
import { sealingKey } from '../../outbound/postgres/sealing.ts'
import { accountDatabase } from '../../testing/account-database.ts'
import { issuerOptions } from '../../testing/issuer-options.ts'
import { AUDIENCE, askToken, readDocument, verifiedClaims } from '../../testing/token-client.ts'
import { serveIssuer } from './issuer.ts'

const demoSecret = 'd'.repeat(32)
const served: { close: () => Promise<void> }[] = []
let database: Awaited<ReturnType<typeof accountDatabase>>
let ports: AccountPorts
let bases: string[]
let reportsSecret: string

/** One more issuer on the database, as a process of its own would be; answers where it listens. */
async function replica(on: AccountPorts, options: { demoSecret?: string } = {}) {
  const issuer = await serveIssuer({ ...issuerOptions(), ports: on, log: createLogger('account'), ...options })
  served.push(issuer)
  return `http://127.0.0.1:${issuer.port}`
}

beforeAll(async () => {
  database = await accountDatabase()
  const portsOn = (orm: typeof database.orm) => postgresPorts(orm, sealingKey('secret'))
  ports = portsOn(database.orm)
  const each = [ports, portsOn(await database.open())]
  bases = await Promise.all(each.map((own) => replica(own, { demoSecret })))
  await keepDemoData(ports, demoSecret)
  const reports = { id: 'reports', name: 'Reports', scopes: ['payments:read'] }
  const registered = await registerClient(ports.clients, reports, Date.now())
  reportsSecret = 'secret' in registered ? registered.secret : ''
})
afterAll(async () => {
  await Promise.all(served.map(({ close }) => close()))
  await database.close()
})

const base = (index = 0) => bases[index] ?? ''
const ask = (client: string, secret: string, body: Record<string, string>, at = base()) =>
  askToken(at, client, secret, body)
const machine = (scope?: string) => ({ grant_type: 'client_credentials', ...(scope && { scope }) })
const demo = (user: string) => ({ grant_type: 'urn:flower-delivery:demo', user })

describe('replicas of the issuer on one database', () => {
  it('publish the same keys, and no private part', async () => {
    const [one, other] = await Promise.all([readDocument(base(0), '/jwks'), readDocument(base(1), '/jwks')])
    expect(one).toEqual(other)
    const text = expect.any(String)
    expect(one).toEqual({ keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: text, n: text, e: 'AQAB' }] })
  })

  it('verify each other’s tokens', async () => {
    const { body } = await ask('reports', reportsSecret, machine(), base(0))
    expect(await verifiedClaims(base(1), body.access_token)).toMatchObject({ sub: 'reports' })
  })

  it('publish a rotated key while the present one goes on signing', async () => {
    const { keys: before } = await readDocument(base(), '/jwks')
    await rotateKeys(ports.keys, Date.now())
    const later = await replica(ports)
    expect(await readDocument(later, '/jwks')).toEqual({ keys: [...(before as object[]), expect.anything()] })
    const { body } = await ask('reports', reportsSecret, machine(), later)
    expect(await verifiedClaims(base(), body.access_token)).toMatchObject({ sub: 'reports' })
  })
})

describe('a machine client', () => {
  it('gets a token for an hour with the scope it asks for', async () => {
    const { status, body } = await ask('reports', reportsSecret, machine('payments:read'))
    expect([status, body.expires_in, body.scope]).toEqual([200, 3_600, 'payments:read'])
    const claims = await verifiedClaims(base(), body.access_token)
    expect(claims).toMatchObject({ sub: 'reports', roles: [], scope: 'payments:read', aud: AUDIENCE })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3_600)
  })

  it('has no scope that it did not ask for', async () => {
    const { body } = await ask('reports', reportsSecret, machine())
    expect(await verifiedClaims(base(), body.access_token)).not.toHaveProperty('scope')
  })

  it('with no scope on its list gets tokens without, whatever it asks for', async () => {
    const registered = await registerClient(ports.clients, { id: 'scopeless', name: 'Scopeless', scopes: [] }, 0)
    const secret = 'secret' in registered ? registered.secret : ''
    for (const scope of [undefined, 'payments:read']) {
      const { status, body } = await ask('scopeless', secret, machine(scope))
      expect([status, body.scope]).toEqual([200, undefined])
      expect(await verifiedClaims(base(), body.access_token)).not.toHaveProperty('scope')
    }
  })

  const hash = async () => (await ports.clients.find('reports'))?.secretHash ?? ''
  it.each([
    ['a scope not on its list', 400, 'invalid_scope', () => ask('reports', reportsSecret, machine('openid'))],
    ['a wrong secret', 401, 'invalid_client', () => ask('reports', 'wrong', machine())],
    ['the hash of its secret', 401, 'invalid_client', async () => ask('reports', await hash(), machine())],
    ['an unknown id', 401, 'invalid_client', () => ask('others', reportsSecret, machine())],
    [
      'another audience',
      400,
      'invalid_target',
      () => ask('reports', reportsSecret, { ...machine(), resource: 'urn:x' }),
    ],
    ['a demo user’s name', 400, 'invalid_request', () => ask('reports', reportsSecret, demo('lee'))],
  ])('is refused with %s', async (_, status, error, attempt) => {
    expect(await attempt()).toMatchObject({ status, body: { error } })
  })
})

describe('what cannot be a client’s id', () => {
  const IDS = [
    ['NUL', 'a%00b'],
    ['half a surrogate', 'a%ED%A0%80b'],
    ['broken percent-encoding', 'a%zzb'],
    ['bytes that are not UTF-8', '%ff%fe'],
    ['nothing', ''],
    ['10 KB', 'a'.repeat(10_240)],
  ]

  it.each(IDS)('is a mistake of the caller, never a failure of the issuer: %s', async (_, id) => {
    const signIn = await fetch(`${base()}/auth?client_id=${id}&response_type=code&state=a%00b`)
    expect([signIn.status, await signIn.json()]).toEqual([400, NO_SIGN_IN])
    const body = `grant_type=client_credentials&client_secret=a%00b&client_id=${id}`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answers = [
      await fetch(`${base()}/token`, { method: 'POST', headers, body }),
      await fetch(`${base()}/token`, { method: 'POST', headers: { ...headers, ...basic(id) }, body }),
      await fetch(`${base()}/token`, {
        method: 'POST',
        headers: { ...headers, ...basic(id) },
        body: `${body}&scope=%00`,
      }),
    ]
    for (const answer of answers) {
      expect([400, 401]).toContain(answer.status)
      expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/^invalid_(client|request)$/) })
    }
  })
  const basic = (id: string) => ({ authorization: `Basic ${btoa(`${id}:a%00b`)}` })
})

const NO_SIGN_IN = { error: 'invalid_request', error_description: expect.stringContaining('there is no such client') }

it('does not say which clients there are', async () => {
  const answerTo = async (id: string, accept: string) => {
    const query = new URLSearchParams({
      client_id: id,
      response_type: 'code',
      redirect_uri: 'https://a.example',
      scope: 'openid',
    })
    const answer = await fetch(`${base()}/auth?${query}`, { headers: { accept }, redirect: 'manual' })
    const { date: _, ...headers } = Object.fromEntries(answer.headers)
    return { status: answer.status, headers, body: await answer.text() }
  }
  for (const accept of ['*/*', 'text/html', 'application/json']) {
    const known = await answerTo('reports', accept)
    expect(known).toEqual(await answerTo('unknown', accept))
    const says = accept === 'text/html' ? 'lang="ko"' : 'there is no such client'
    expect(known).toMatchObject({ status: 400, body: expect.stringContaining(says) })
  }
})

describe('a demo user', () => {
  it.each(demoUsers)('$login gets a token with their roles', async ({ login, id, roles }) => {
    const { body } = await ask('demo', demoSecret, demo(login))
    expect(await verifiedClaims(base(), body.access_token)).toMatchObject({ sub: id, roles })
  })

  it('may be one of a thousand numbered customers, the same whenever they come', async () => {
    const tokens = [demo('customer-7'), demo('customer-7'), demo('customer-1000')].map(async (who) => {
      const { body } = await ask('demo', demoSecret, who)
      return verifiedClaims(base(), body.access_token)
    })
    const [first, again, other] = await Promise.all(tokens)
    expect(first).toMatchObject({ roles: ['CUSTOMER'] })
    expect(again?.sub).toBe(first?.sub)
    expect(other?.sub).not.toBe(first?.sub)
  })

  it.each(['customer-0', 'customer-01', 'customer-1001', 'customer-', 'customer-1 '])('is not %j', async (login) => {
    expect(await ask('demo', demoSecret, demo(login))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  it('that is unknown is refused with the names of those that are', async () => {
    const { status, body } = await ask('demo', demoSecret, demo('nobody'))
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
    expect(body.error_description).toContain('lee, hong, kj, bundang, rider')
  })

  it('gets nothing with a wrong secret or none', async () => {
    expect(await ask('demo', 'wrong', demo('lee'))).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    const body = new URLSearchParams({ ...demo('lee'), client_id: 'demo' })
    expect((await fetch(`${base()}/token`, { method: 'POST', body })).status).toBe(401)
  })

  it('is not there without a demo secret, as in production', async () => {
    const production = await replica(ports)
    expect((await ask('demo', demoSecret, demo('lee'), production)).status).toBe(401)
    const refused = await ask('reports', reportsSecret, demo('lee'), production)
    expect(refused).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } })
    const { grant_types_supported } = await readDocument(production, '/.well-known/openid-configuration')
    expect(grant_types_supported).not.toContain('urn:flower-delivery:demo')
  })
})
