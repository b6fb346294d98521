import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { globalId } from '../global-ids.ts'
import { listen } from '../http.ts'
import { newId } from '../ids.ts'
import { createLogger } from '../log.ts'
import { type Claims, CONTEXT_HEADER, signContext } from '../signed-context.ts'
import { recordedAudit } from '../testing/recorded-audit.ts'
import { requireRole } from './callers.ts'
import { subgraphHandler } from './handler.ts'

const key = 's'.repeat(32)
const callers = new Map([['router', [key]]])
const log = createLogger('test')
log.level = 'silent'
const typeDefs = [
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])',
  'directive @id(of: String!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION',
  `type Query { order(id: ID! @id(of: "Order")): Order orders: [Order!]! }
   type Mutation { place(input: Place!): Result cancel(input: Cancel!): Result fail: Result }
   input Place { idempotencyKey: ID! storeId: ID! @id(of: "Store") phone: String! }
   input Cancel { orderId: ID! @id(of: "Order") reason: String }
   type Order @key(fields: "id") { id: ID! recipient: Recipient card: String }
   type Recipient { name: String! phone: String! }
   type Placed { order: Order! }
   interface Failure { message: String! }
   type NotFound implements Failure { message: String! }
   union Result = Placed | NotFound`,
]
const [one, other, newest, store] = [newId(), newId(), newId(), newId()]
const order = (id: string) => ({ id, recipient: { name: '김받음', phone: '010-1234-5678' }, card: null })
type Resolver = (_: unknown, args: { input: { orderId: string } }, context: { claims: Claims }) => unknown
const place: Resolver = (_, __, { claims }) =>
  requireRole(claims, 'CUSTOMER') && { type: 'Placed', order: order(newest) }
const resolvers = {
  Query: { order: (_: unknown, { id }: { id: string }) => order(id), orders: () => [order(one), order(other)] },
  Mutation: {
    place,
    cancel: async () => ({ type: 'NotFound', message: 'There is no such order.' }),
    fail: () => {
      throw new Error('password=secret')
    },
  },
  // As promised by a loader.
  Order: { recipient: async ({ recipient }: ReturnType<typeof order>) => recipient },
  Result: { __resolveType: ({ type }: { type: string }) => type },
}

const audit = recordedAudit()
let server: Awaited<ReturnType<typeof listen>>
beforeAll(async () => {
  const personalData = ['Order.recipient', 'Order.card']
  const contextOf = (claims: Claims) => ({ claims })
  const options = { name: 'order', typeDefs, resolvers, callers, log, contextOf, audit, personalData }
  const handler = await subgraphHandler(options)
  server = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: { '/graphql': handler } })
})
afterAll(() => server.close())
beforeEach(() => {
  audit.events.length = 0
})

const lee = { sub: newId(), roles: ['CUSTOMER'], scopes: [] }
async function execute(query: string, claims: Claims = lee, isSigned = true) {
  const body = JSON.stringify({ query })
  const request = { method: 'POST', path: '/graphql', audience: 'order', claims, body, once: true }
  const signed = signContext(key, request, Date.now())
  const headers = { 'content-type': 'application/json', 'x-request-id': 'request-1' }
  await fetch(`http://127.0.0.1:${server.port}/graphql`, {
    method: 'POST',
    body,
    headers: isSigned ? { ...headers, [CONTEXT_HEADER]: signed } : headers,
  })
  return audit.events
}
const by = { who: `user ${lee.sub}`, roles: ['CUSTOMER'], requestId: 'request-1' }

describe('the audit trail of a subgraph', () => {
  it('has each command with its result and the ids that it is about', async () => {
    const mutation = `mutation { place(input: { idempotencyKey: "a key", storeId: "${globalId('Store', store)}", phone: "010-1234-5678" }) { __typename }
      cancel(input: { orderId: "${globalId('Order', one)}", reason: "a reason" }) { __typename } }`
    expect(await execute(mutation)).toEqual([
      { ...by, event: 'command', fields: ['place'], on: [store, newest], outcome: 'Placed' },
      { ...by, event: 'command', fields: ['cancel'], on: [one], outcome: 'NotFound' },
    ])
  })

  it('has commands that are refused or fail', async () => {
    const placing = `mutation { place(input: { idempotencyKey: "k", storeId: "${globalId('Store', store)}", phone: "1" }) { __typename } }`
    await execute(placing, null)
    await execute(placing, { ...lee, roles: ['RIDER'] })
    expect(await execute('mutation { fail { __typename } }')).toMatchObject([
      { who: 'nobody', fields: ['place'], outcome: 'UNAUTHENTICATED' },
      { who: by.who, roles: ['RIDER'], fields: ['place'], outcome: 'FORBIDDEN' },
      { who: by.who, fields: ['fail'], outcome: 'INTERNAL_SERVER_ERROR' },
    ])
  })

  it('has who read whose personal data, once for each object and request', async () => {
    const query = `{ order(id: "${globalId('Order', one)}") { recipient { name } a: recipient { phone } card } orders { recipient { phone } } }`
    const read = { ...by, event: 'personal-data', fields: ['Order.recipient'], outcome: 'read' }
    expect(await execute(query)).toEqual([
      { ...read, on: [one] },
      { ...read, on: [other] },
    ])
  })

  it('has personal data that a command answers', async () => {
    const placing = `mutation { place(input: { idempotencyKey: "k", storeId: "${globalId('Store', store)}", phone: "1" }) { ... on Placed { order { recipient { name } } } } }`
    expect((await execute(placing)).map(({ event, on }) => [event, on])).toEqual([
      ['command', [store, newest]],
      ['personal-data', [newest]],
    ])
  })

  it('has nothing of queries without personal data', async () => {
    expect(await execute(`{ order(id: "${globalId('Order', one)}") { id } orders { id } }`)).toEqual([])
  })

  it('has requests that are not signed', async () => {
    expect(await execute('{ orders { id } }', lee, false)).toEqual([
      { event: 'request', who: 'address 127.0.0.1', outcome: 'unsigned' },
    ])
  })

  it('has no personal data, and nothing that a client wrote', async () => {
    await execute(`mutation { place(input: { idempotencyKey: "a key", storeId: "a store", phone: "010-1234-5678" }) {
      ... on Placed { order { recipient { name phone } } } } cancel(input: { orderId: "an order", reason: "a reason" }) { __typename } }`)
    expect(audit.events).toHaveLength(3)
    for (const text of ['김받음', '010', 'a key', 'a store', 'an order', 'a reason'])
      expect(JSON.stringify(audit.events)).not.toContain(text)
  })

  it('can not be asked for fields that do not exist', async () => {
    const options = { name: 'order', typeDefs, resolvers, callers, log, contextOf: () => ({}), audit }
    await expect(subgraphHandler({ ...options, personalData: ['Order.phone'] })).rejects.toThrow('Order.phone')
  })
})
