import { afterEach, describe, expect, it } from '@jest/globals'
import { calculateJwkThumbprint } from 'jose'
import { pino } from 'pino'
import { listen } from '../../chassis/http.ts'
import { type RevocationList, revocationKey } from '../../chassis/revocations.ts'
import { until } from '../../chassis/testing/until.ts'
import { openTestSocket } from '../live/testing/ws-connection.ts'
import { startIssuer } from '../testing/issuer.ts'
import { startTestRouter } from '../testing/router.ts'
import { createAuthenticator } from './authenticate.ts'
import { followRevocations } from './revocations.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

const NONE: RevocationList = { subjects: {}, clients: {}, keys: [] }
const REVOKED = { outcome: 'refused', reason: 'The token has been revoked.' }
const KNOWN = { outcome: 'known' }

/** An issuer with a list, and a router's authentication that reads it every few milliseconds. */
async function start(prepare: (issuer: Awaited<ReturnType<typeof startIssuer>>) => void = () => {}) {
  const issuer = await startIssuer()
  prepare(issuer)
  const issuers = [{ issuer: issuer.issuer, revocationsUri: `${issuer.issuer}/revocations` }]
  const lines: { msg: string }[] = []
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const revocations = followRevocations(issuers, 5, log)
  open.push(issuer, revocations)
  let isFull = false
  const rateLimit = { take: () => (isFull ? 1_000 : 0) }
  const authenticate = createAuthenticator({ issuers, audience: 'api', revocations, rateLimit, log })
  return {
    ...issuer,
    revocations,
    token: (claims: object = {}, header = {}) => issuer.sign({ aud: 'api', iat: 1_000, ...claims }, header),
    ask: (token: string) => authenticate(`Bearer ${token}`, () => '192.0.2.1'),
    /** Replaces the list, and resolves when it is in use: one read begins when the last has ended. */
    list: async (change: Partial<RevocationList>) => {
      const seen = issuer.listStatuses.length
      issuer.revoke({ ...NONE, ...change })
      await until(() => issuer.listStatuses.slice(seen, -1).includes(200))
    },
    lines: (text: string) => lines.filter(({ msg }) => msg.includes(text)),
    fill: () => {
      isFull = true
    },
  }
}

describe('a token that its issuer has revoked', () => {
  it.each<[string, object, Partial<RevocationList>]>([
    ['by its subject', { sub: 'ann' }, { subjects: { [revocationKey('ann')]: 1_001 } }],
    ['by its client', { sub: 'ann', client_id: 'shop' }, { clients: { [revocationKey('shop')]: 1_001 } }],
  ])(
    '%s is refused, also one that was accepted before; those issued later, and all others, are good',
    async (_, claims, list) => {
      const { token, ask, list: publish } = await start()
      const before = await token(claims)
      const later = await token({ ...claims, iat: 1_001 })
      const others = await token({ sub: 'shop', client_id: 'ann' })
      expect(await ask(before)).toMatchObject(KNOWN)
      await publish(list)
      expect(await ask(before)).toEqual(REVOKED)
      expect(await ask(await token({ ...claims, jti: 'another' }))).toEqual(REVOKED)
      expect(await ask(later)).toMatchObject(KNOWN)
      expect(await ask(others)).toMatchObject(KNOWN)
    },
  )

  it('counts for its address from then on, as one that was never good', async () => {
    const { token, ask, list, fill } = await start()
    const revoked = await token({ sub: 'ann' })
    await ask(revoked)
    await list({ subjects: { [revocationKey('ann')]: 1_001 } })
    expect(await ask(revoked)).toEqual(REVOKED)
    fill()
    expect(await ask(revoked)).toEqual({ outcome: 'rateLimited', waitMs: 1_000 })
  })

  it('needs a time of issue, without which it could not be', async () => {
    const { token, ask } = await start()
    expect(await ask(await token({ iat: undefined }))).toEqual({
      outcome: 'refused',
      reason: "The token's iat is not accepted.",
    })
  })
})

describe('a withdrawn key', () => {
  it('makes no good token any more, whatever kid its thief writes; other keys do', async () => {
    const { token, ask, list, newKey, publish } = await start()
    const stolen = await newKey('stolen')
    const other = await newKey('other')
    publish([stolen.jwk, other.jwk])
    const sign = (kid: string | undefined, iat = 1_000) => stolen.sign({ aud: 'api', iat, jti: `${kid}` }, { kid })
    const [named, nameless] = [await sign('stolen'), await sign(undefined)]
    for (const one of [named, nameless]) expect(await ask(one)).toMatchObject(KNOWN)
    const good = await other.sign({ aud: 'api', iat: 1_000 })
    expect(await ask(good)).toMatchObject(KNOWN)

    // Its issuer's key set still has it, as in the router's cache.
    await list({ keys: [await calculateJwkThumbprint(stolen.jwk)] })
    for (const one of [named, nameless, await sign('stolen', Math.floor(Date.now() / 1_000))])
      expect(await ask(one)).toEqual(REVOKED)
    expect(await ask(await sign('other'))).toMatchObject({ outcome: 'refused' })
    expect(await ask(good)).toMatchObject(KNOWN)
    expect(await ask(await token())).toMatchObject({ outcome: 'refused' }) // its key is not published
  })
})

describe('the list of revocations', () => {
  it('that was read last stays in use while the issuer fails or sends nonsense, which is logged once; nobody else is affected', async () => {
    const { token, ask, list, fail, revoke, listStatuses, lines, revocations } = await start()
    const [revoked, good] = [await token({ sub: 'ann' }), await token({ sub: 'ben' })]
    expect(await ask(revoked)).toMatchObject(KNOWN)
    await list({ subjects: { [revocationKey('ann')]: 1_001 } })
    const passReads = async (count: number) => {
      const seen = listStatuses.length
      await until(() => listStatuses.length >= seen + count)
    }
    const nonsense = () => {
      revoke({ subjects: [] })
      fail(false)
    }
    for (const makeUnreadable of [() => fail(true), nonsense, () => revoke(null)]) {
      makeUnreadable()
      await passReads(3)
      expect([await ask(revoked), await ask(good)]).toMatchObject([REVOKED, KNOWN])
      expect(lines('cannot be read')).toHaveLength(1)
    }
    expect(revocations.ageSeconds()).toBeGreaterThan(0)
    await list({ clients: {} })
    expect(lines('is read again')).toHaveLength(1)
    expect(await ask(revoked)).toMatchObject(KNOWN)
  })

  it('is needed once before a token is judged: until then it can be neither good nor wrong', async () => {
    const { token, ask, revoke, revocations } = await start(({ revoke }) => revoke(null))
    const one = await token()
    expect(await ask(one)).toEqual({ outcome: 'unavailable' })
    expect(revocations.ageSeconds()).toBe(Number.POSITIVE_INFINITY)
    revoke(NONE)
    await until(async () => (await ask(one)).outcome === 'known')
  })

  it('is not sent again while it is the same', async () => {
    const { listStatuses } = await start()
    await until(() => listStatuses.length > 3)
    expect(listStatuses.slice(0, 4)).toEqual([200, 304, 304, 304])
  })

  it('does not hold up a stop, and its end is no failure', async () => {
    const waiting = Promise.withResolvers<void>()
    const server = await listen({
      ...{ host: '127.0.0.1', port: 0, needs: [] },
      routes: { '/': () => waiting.resolve() }, // and never answers
    })
    open.push({
      close: () => {
        server.server.closeAllConnections()
        return server.close()
      },
    })
    const lines: string[] = []
    const log = pino({}, { write: (line: string) => void lines.push(line) })
    const url = `http://127.0.0.1:${server.port}`
    const revocations = followRevocations([{ issuer: url, revocationsUri: `${url}/` }], 5, log)
    await waiting.promise
    await revocations.close()
    expect(lines).toEqual([])
  })

  it('is that of one issuer: the tokens of others have none', async () => {
    const [issuer, other] = [await startIssuer(), await startIssuer()]
    const issuers = [
      { issuer: issuer.issuer, revocationsUri: `${issuer.issuer}/revocations` },
      { issuer: other.issuer },
    ]
    const log = pino({ level: 'silent' })
    const revocations = followRevocations(issuers, 5, log)
    open.push(issuer, other, revocations)
    issuer.revoke({ ...NONE, subjects: { [revocationKey('ann')]: 1_001 } })
    const authenticate = createAuthenticator({
      ...{ issuers, audience: undefined, revocations, log },
      rateLimit: { take: () => 0 },
    })
    const ask = async (by: typeof issuer) => authenticate(`Bearer ${await by.sign({ iat: 1_000 })}`, () => '192.0.2.1')
    await until(async () => (await ask(issuer)).outcome === 'refused')
    expect(await ask(other)).toMatchObject(KNOWN)
  })
})

it('in a router ends HTTP and live connections, and its metric says how old the list is', async () => {
  const issuer = await startIssuer()
  const settings = {
    JWT_ISSUERS: [{ issuer: issuer.issuer, revocationsUri: `${issuer.issuer}/revocations` }],
    ...{ JWT_REVOCATIONS_EVERY_MS: 5, METRICS_PORT: 0 },
  }
  const shop = { name: 'shop', typeDefs: 'type Query { name: String }', resolvers: { Query: { name: () => 'KJ' } } }
  const router = await startTestRouter([shop], settings)
  open.push(issuer, router)
  const authorization = `Bearer ${await issuer.sign({ sub: 'ann', iat: 1_000 })}`
  const ask = () => router.post('{"query":"{ name }"}', { authorization })
  const socket = await openTestSocket({ url: `${router.url}/graphql` })
  socket.send({ type: 'connection_init', payload: { authorization } })
  await until(() => socket.ofType('connection_ack').length)
  expect((await ask()).status).toBe(200)
  const age = /^router_revocations_age_seconds (\S+)$/m.exec(await (await fetch(router.metricsUrl)).text())?.[1]
  expect(Number(age)).toBeGreaterThanOrEqual(0)
  expect(age).not.toBe('+Inf')

  issuer.revoke({ ...NONE, subjects: { [revocationKey('ann')]: 1_001 } })
  await until(() => socket.closed)
  expect(socket.closed).toEqual([
    4403,
    expect.stringMatching(/^The token issued at .* has been revoked: connect again with a new one\.$/),
  ])
  const refused = await ask()
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer error="invalid_token", error_description="The token has been revoked."',
  ])
})
