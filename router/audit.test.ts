import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { recordedAudit } from '../chassis/testing/recorded-audit.ts'
import { until } from '../chassis/testing/until.ts'
import { startIssuer } from './testing/issuer.ts'
import { startTestRouter } from './testing/router.ts'

const shop = {
  name: 'shop',
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@policy"])
    type Query { name: String gone: String secret: String @authenticated }
    type Mutation { buy(what: String): Bought sell: String @policy(policies: [["role:OWNER"]]) }
    union Bought = Receipt | NotFound
    type Receipt { total: Int } type NotFound { message: String }`,
  resolvers: {
    Query: { name: () => 'KJ', gone: () => null, secret: () => 'secret' },
    Mutation: {
      buy: (_: unknown, { what }: { what: string }) => {
        if (what === 'fault') throw new Error('no')
        return what === 'roses' ? { __typename: 'Receipt', total: 1 } : { __typename: 'NotFound', message: 'none' }
      },
      sell: () => 'sold',
    },
  },
}
const audit = recordedAudit()
let issuer: Awaited<ReturnType<typeof startIssuer>>
let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  issuer = await startIssuer()
  const settings = { JWT_ISSUERS: [{ issuer: issuer.issuer }], METRICS_PORT: 0, MAX_ROOT_FIELDS: 4 }
  router = await startTestRouter([shop], settings, audit)
})
afterAll(async () => {
  await router.close()
  await issuer.close()
})
beforeEach(() => {
  audit.events.length = 0
})

const as = async (sub: string) => ({
  authorization: `Bearer ${await issuer.sign({ sub })}`,
  'x-request-id': 'request-1',
})
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
const metric = async (start: string) =>
  (await (await fetch(router.metricsUrl)).text()).split('\n').find((line) => line.startsWith(start))
/** Sends an operation over a WebSocket. */
async function overWebSocket(query: string, headers: Record<string, string>) {
  const url = `${router.url.replace('http', 'ws')}/graphql`
  const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: headers, retryAttempts: 0 })
  const answer = await client
    .iterate({ query })
    .next()
    .catch((error: unknown) => error)
  await client.dispose()
  return answer
}

const MUTATION = 'mutation Shop($what: String) { a: buy(what: $what) { ... on Receipt { total } } }'
const bought = {
  event: 'operation',
  who: 'user ann',
  operation: 'Shop',
  hash: hashOf(MUTATION),
  requestId: 'request-1',
}

describe('the audit trail of the router', () => {
  it('has each mutation with what came of it, though the client asks for no types', async () => {
    const headers = await as('ann')
    await router.query(MUTATION, { what: 'roses' }, headers)
    await router.query(MUTATION, { what: 'tulips' }, headers)
    await router.query(MUTATION, { what: 'fault' }, headers)
    expect(audit.events).toEqual([
      { ...bought, outcome: 'Receipt', results: ['buy Receipt'] },
      { ...bought, outcome: 'NotFound', results: ['buy NotFound'] },
      { ...bought, outcome: 'SUBGRAPH_ERROR', results: ['buy SUBGRAPH_ERROR'] },
    ])
  })

  it('has mutations with several results, and with what the caller may not do', async () => {
    const query = 'mutation { buy(what: "roses") { __typename } sell skipped: sell @skip(if: true) }'
    await router.query(query, {}, await as('ann'))
    const { operation: _, ...unnamed } = bought
    expect(audit.events).toEqual([
      {
        ...unnamed,
        hash: hashOf(query),
        outcome: 'several',
        results: ['buy Receipt', 'sell FORBIDDEN'],
        on: ['Mutation.sell'],
      },
    ])
  })

  it('has mutations over WebSockets and event streams', async () => {
    const headers = await as('ann')
    await overWebSocket('mutation { buy(what: "roses") { __typename } }', headers)
    const body = JSON.stringify({ query: 'mutation { buy { __typename } }' })
    await (await router.post(body, { ...headers, accept: 'text/event-stream' })).text()
    expect(audit.events).toMatchObject([
      { event: 'operation', who: 'user ann', outcome: 'Receipt', requestId: expect.any(String) },
      { event: 'operation', who: 'user ann', outcome: 'NotFound', requestId: 'request-1' },
    ])
  })

  it('has queries only if something was refused', async () => {
    await router.query('{ name gone }', {}, await as('ann'))
    expect(audit.events).toEqual([])
    await router.query('{ name secret }', {}, { 'x-request-id': 'request-2' })
    expect(audit.events).toMatchObject([
      {
        event: 'operation',
        who: 'address 127.0.0.1',
        outcome: 'UNAUTHENTICATED',
        on: ['Query.secret'],
        requestId: 'request-2',
      },
    ])
  })

  it('has refused tokens, over every transport, and counts them', async () => {
    const forged = { authorization: 'Bearer a.b.c', 'x-request-id': 'request-3' }
    await router.query('{ name }', {}, forged)
    await overWebSocket('{ name }', forged)
    const refused = {
      event: 'authentication',
      who: 'address 127.0.0.1',
      outcome: 'UNAUTHENTICATED',
      reason: 'The issuer of the token is not trusted here.',
    }
    await until(() => audit.events.length === 2)
    expect(audit.events).toEqual([
      { ...refused, requestId: 'request-3' },
      { ...refused, requestId: undefined },
    ])
    expect(await metric('router_refused_tokens_total')).toBe('router_refused_tokens_total 2')
    expect(JSON.stringify(audit.events)).not.toContain('a.b.c')
  })

  it('has what exceeds a limit', async () => {
    await router.query('{ name a: name b: name c: name d: name }', {}, await as('ann'))
    expect(audit.events).toEqual([{ event: 'limit', who: 'user ann', outcome: 'LIMIT_EXCEEDED' }])
    const settings = { RATE_PER_SECOND: 1, RATE_BURST: 2, LIVE_OPERATIONS_PER_USER: 0 }
    const limited = await startTestRouter([shop], settings, audit)
    audit.events.length = 0
    await (await limited.post('{ "query": "{ name }" }', { accept: 'text/event-stream' })).text()
    await limited.query('{ name }')
    await limited.query('{ name }')
    await limited.close()
    const who = 'address 127.0.0.1'
    expect(audit.events).toEqual([
      { event: 'limit', who, outcome: 'LIVE_OPERATIONS_PER_USER' },
      { event: 'limit', who, outcome: 'RATE_LIMITED' },
    ])
  })

  it('has no variables', async () => {
    await router.query(MUTATION, { what: '010-1234-5678' }, await as('ann'))
    expect(audit.events).toHaveLength(1)
    expect(JSON.stringify(audit.events)).not.toContain('010')
  })
})

it('counts the results of mutations, and null root fields of queries', async () => {
  const total = async (operation: string, result: string) =>
    Number((await metric(`router_results_total{operation="${operation}",result="${result}"}`))?.split(' ').at(-1) ?? 0)
  const before = [await total('mutation', 'NotFound'), await total('query', 'null')]
  await router.query('mutation { a: buy { ... on Receipt { total } } b: buy { ... on Receipt { total } } }')
  await router.query('{ name x: gone y: gone }')
  expect([await total('mutation', 'NotFound'), await total('query', 'null')]).toEqual(before.map((count) => count + 2))
  expect(await total('query', 'data')).toBe(0)
})
