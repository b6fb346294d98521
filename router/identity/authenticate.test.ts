import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { SignJWT, UnsecuredJWT } from 'jose'
import { pino } from 'pino'
import type { RateLimit } from '../../chassis/rate-limit.ts'
import { fakeOnly } from '../../chassis/testing/fake-only.ts'
import { authenticator, create, later } from '../testing/authenticator.ts'
import { startIssuer } from '../testing/issuer.ts'

let issuer: Awaited<ReturnType<typeof startIssuer>>
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.close())
afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})
const BOUND = 'The token is bound to a key (cnf), which cannot be checked here.'
const NO_TOKEN = 'The Authorization header needs a Bearer token, a JWT of at most 8192 characters.'

describe('a bearer token', () => {
  it('yields the user, with roles and scopes', async () => {
    const exp = Math.floor(Date.now() / 1000) + 60
    const token = await issuer.sign({ sub: 'ann', roles: ['READER', 7], scope: 'read  write', exp })
    expect(await authenticator(issuer.issuer)(`Bearer ${token}`)).toEqual({
      outcome: 'known',
      claims: { sub: 'ann', roles: ['READER'], scopes: ['read', 'write'] },
      expiresAt: expect.any(Number),
    })
  })

  it('says until when it is good: as long as clocks may differ, it is so past its end', async () => {
    fakeOnly('Date') // and so it stands
    const exp = Math.floor(Date.now() / 1000) - 2
    const answer = await authenticator(issuer.issuer)(`Bearer ${await issuer.sign({ exp })}`)
    expect(answer).toMatchObject({ outcome: 'known', expiresAt: (exp + 5) * 1000 })
  })

  it('proved once is remembered, but not past its end', async () => {
    const authenticate = authenticator(issuer.issuer)
    const token = `Bearer ${await issuer.sign({ exp: Math.floor(Date.now() / 1000) + 300 })}`
    const first = await authenticate(token)
    expect(await authenticate(token)).toBe(first)
    const end = Date.now() + 306_000
    jest.useFakeTimers({ now: end })
    expect(await authenticate(token)).toEqual({ outcome: 'refused', reason: 'The token has expired.' })
  })

  it('is optional: without one the caller is anonymous', async () => {
    expect(await authenticator(issuer.issuer)(undefined)).toEqual({ outcome: 'known', claims: null, expiresAt: null })
  })

  it.each<[string, () => Promise<string> | string, string]>([
    ['expired', () => issuer.sign({ aud: 'api', exp: 1_000 }), 'The token has expired.'],
    ['of no known issuer', () => issuer.sign({ iss: 'http://other' }), 'The issuer of the token is not trusted here.'],
    ['without issuer', () => issuer.sign({ iss: undefined }), 'The issuer of the token is not trusted here.'],
    ['for another audience', () => issuer.sign({ aud: 'shop' }), "The token's aud is not accepted."],
    ['for no audience', () => issuer.sign(), "The token's aud is not accepted."],
    ['not valid yet', () => issuer.sign({ aud: 'api', nbf: 9_999_999_999 }), "The token's nbf is not accepted."],
    ['issued in the future', () => issuer.sign({ aud: 'api', iat: 9_999_999_999 }), "The token's iat is not accepted."],
    ['of nobody', () => issuer.sign({ aud: 'api', sub: undefined }), "The token's sub is not accepted."],
    ['without end', () => issuer.sign({ aud: 'api', exp: undefined }), "The token's exp is not accepted."],
    [
      'signed by a stranger',
      async () => (await issuer.newKey('first')).sign({ aud: 'api' }),
      'The token is not valid.',
    ],
    ['unsigned', () => new UnsecuredJWT({ iss: issuer.issuer }).encode(), ''],
    ['signed by a shared secret', () => hmac(issuer.issuer), 'The token is not valid.'],
    ['garbage', () => 'a.b.c', 'The issuer of the token is not trusted here.'],
    ['no JWT', () => 'abc', NO_TOKEN],
    ['of a number', () => issuer.sign({ aud: 'api', sub: 7 as never }), "The token's sub is not accepted."],
    ['of an empty name', () => issuer.sign({ aud: 'api', sub: '' }), "The token's sub is not accepted."],
    ['of no name', () => issuer.sign({ aud: 'api', sub: null as never }), "The token's sub is not accepted."],
    ['huge', () => issuer.sign({ aud: 'api', scope: 'x'.repeat(8_192) }), NO_TOKEN],
  ])('is refused when it is %s', async (_, token, reason) => {
    const answer = await authenticator(issuer.issuer, 'api')(`Bearer ${await token()}`)
    expect(answer).toEqual({ outcome: 'refused', reason: reason || expect.any(String) })
  })

  const typed = (typ: unknown, claims = {}) => issuer.sign({ aud: 'api', ...claims }, { typ })
  it.each<[string, () => Promise<string>, string]>([
    ['of no type', () => typed(undefined), "The token's typ is not accepted."],
    ['a JWT', () => typed('JWT'), "The token's typ is not accepted."],
    ['an ID token', () => typed('JWT', { aud: 'api', nonce: 'n' }), "The token's typ is not accepted."],
    ['a logout token', () => typed('logout+jwt'), "The token's typ is not accepted."],
    ['of a type that is no text', () => typed(7), "The token's typ is not accepted."],
    ['bound to a certificate', () => typed('at+jwt', { cnf: { 'x5t#S256': 'a' } }), BOUND],
    ['bound to a key', () => typed('at+jwt', { cnf: { jkt: 'a' } }), BOUND],
    ['bound to nothing that is known', () => typed('at+jwt', { cnf: null }), BOUND],
  ])('is no access token of a bearer when it is %s', async (_, token, reason) => {
    expect(await authenticator(issuer.issuer, 'api')(`Bearer ${await token()}`)).toEqual({ outcome: 'refused', reason })
  })

  it.each(['at+jwt', 'application/at+jwt', 'AT+JWT'])('may have the type %s', async (typ) => {
    expect(await authenticator(issuer.issuer, 'api')(`Bearer ${await typed(typ)}`)).toMatchObject({ outcome: 'known' })
  })

  it.each([
    [
      'JWT',
      [
        ['JWT', 'known'],
        ['at+jwt', 'refused'],
        [undefined, 'refused'],
      ],
    ],
    [
      '*',
      [
        ['JWT', 'known'],
        ['at+jwt', 'known'],
        [undefined, 'known'],
      ],
    ],
  ] as const)('has the type that is set for its issuer: %s', async (typ, outcomes) => {
    const authenticate = create({ issuers: [{ issuer: issuer.issuer, typ }] })
    for (const [given, outcome] of outcomes)
      expect(await authenticate(`Bearer ${await typed(given)}`)).toMatchObject({ outcome })
    expect(await authenticate(`Bearer ${await typed('JWT', { cnf: {} })}`)).toEqual({
      outcome: 'refused',
      reason: BOUND,
    })
  })

  it('is refused if it is not a bearer token', async () => {
    expect(await authenticator(issuer.issuer)('Basic YTpi')).toMatchObject({ outcome: 'refused' })
  })

  it('is refused if no issuer is trusted', async () => {
    const answer = await create({})(`Bearer ${await issuer.sign()}`)
    expect(answer).toMatchObject({ outcome: 'refused' })
  })

  it('is refused if its algorithm is not one of the accepted ones', async () => {
    const other = await startIssuer('RS512')
    const answer = await authenticator(other.issuer)(`Bearer ${await other.sign()}`)
    await other.close()
    expect(answer).toMatchObject({ outcome: 'refused' })
  })

  it('may be of several issuers, each with its own keys', async () => {
    const other = await startIssuer('RS256')
    const issuers = [{ issuer: issuer.issuer }, { issuer: other.issuer, jwksUri: `${other.issuer}/keys` }]
    const authenticate = create({ issuers })
    const [own, foreign] = [await issuer.sign({ sub: 'a' }), await other.sign({ sub: 'b' })]
    const forged = await other.sign({ iss: issuer.issuer }) // signed by one issuer in the name of the other
    const answers = await Promise.all([own, foreign, forged].map((token) => authenticate(`Bearer ${token}`)))
    await other.close()
    expect(answers).toMatchObject([{ claims: { sub: 'a' } }, { claims: { sub: 'b' } }, { outcome: 'refused' }])
  })
})

describe('a token that is not known to be good', () => {
  const full = () => 700
  const tooOften = { outcome: 'rateLimited', waitMs: 700 }

  it('counts for its address before it is checked', async () => {
    const fresh = await startIssuer()
    const clients: string[] = []
    const rateLimit = { take: (client: string) => clients.push(client) * 100 }
    const authenticate = create({ issuers: [{ issuer: fresh.issuer }], rateLimit }, '192.0.2.7')
    expect(await authenticate(`Bearer ${await fresh.sign()}`)).toEqual({ outcome: 'rateLimited', waitMs: 100 })
    expect(await authenticate('Bearer abc')).toEqual({ outcome: 'rateLimited', waitMs: 200 })
    expect([clients, fresh.fetches()]).toEqual([['address 192.0.2.7', 'address 192.0.2.7'], 0])
    expect(await authenticate(undefined)).toMatchObject({ outcome: 'known' })
    await fresh.close()
  })

  it('is no harm to one that is: that is renewed from a full address too, as long as it is good', async () => {
    let take: RateLimit['take'] = () => 0
    const authenticate = create({ issuers: [{ issuer: issuer.issuer }], rateLimit: { take: (client) => take(client) } })
    const exp = Math.floor(Date.now() / 1000) + 300
    const token = `Bearer ${await issuer.sign({ exp })}`
    await authenticate(token)
    take = full
    expect(await authenticate(token)).toMatchObject({ outcome: 'known' })
    later(100_000)
    expect(await authenticate(token)).toMatchObject({ outcome: 'known' })
    expect(await authenticate(`Bearer ${await issuer.sign()}`)).toEqual(tooOften)
    jest.useFakeTimers({ now: (exp + 6) * 1_000 })
    expect(await authenticate(token)).toMatchObject({ outcome: 'refused' })
    expect(await authenticate(token)).toEqual(tooOften)
  })
})

it('warns at the start of an issuer whose tokens may have any type', () => {
  const lines: string[] = []
  const issuers = [{ issuer: 'http://a', typ: '*' }, { issuer: 'http://b', typ: 'JWT' }, { issuer: 'http://c' }]
  create({ issuers, audience: 'api', log: pino({}, { write: (line: string) => lines.push(line) }) })
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { issuer: 'http://a', msg: expect.stringContaining('typ=*') },
  ])
})

describe('issuers without an audience', () => {
  it.each<[string, { issuers: { issuer: string }[]; audience?: string }, number]>([
    ['are warned of', { issuers: [{ issuer: 'http://a' }] }, 1],
    ['are not, where there is one', { issuers: [{ issuer: 'http://a' }], audience: 'api' }, 0],
    ['are not, where there are none', { issuers: [] }, 0],
  ])('%s at the start', (_, options, warnings) => {
    const lines: string[] = []
    create({ ...options, log: pino({}, { write: (line: string) => lines.push(line) }) })
    expect(lines.filter((line) => line.includes('JWT_AUDIENCE'))).toHaveLength(warnings)
  })
})

const hmac = (issuer: string) =>
  new SignJWT({ iss: issuer, sub: 'ann', aud: 'api', exp: 9_999_999_999 })
    .setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .sign(new Uint8Array(32))
