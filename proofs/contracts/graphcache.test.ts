import { readFileSync } from 'node:fs'
import { minifyIntrospection } from '@gql.tada/internal'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { Client, fetchExchange } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { buildSchema, introspectionFromSchema, isIntrospectionType, isObjectType } from 'graphql'

const sdl = readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8')
const api = buildSchema(sdl)

/** As an app does: what has no id is kept in what it is part of. */
const keys = Object.fromEntries(
  Object.values(api.getTypeMap())
    .filter((type) => isObjectType(type) && !isIntrospectionType(type) && !type.getFields().id)
    .map(({ name }) => [name, () => null]),
)

const ORDERS = `{ myPage { nodes {
  id __typename orderStatus total { amount __typename }
  order { id __typename status payment { id __typename status } delivery { id __typename status } }
} __typename } }`
const CANCEL = `mutation { cancelOrder(input: { orderId: "1" }) {
  __typename ... on OrderPayload { order { id __typename status } } ... on Failure { message }
} }`
const order = (status: string) => ({ __typename: 'Order', id: '1', status })
const myPage = {
  __typename: 'MyPageConnection',
  nodes: [
    {
      __typename: 'MyPageEntry',
      id: '1',
      orderStatus: 'PAID',
      total: { __typename: 'Money', amount: 50_000 },
      order: {
        ...order('PAID'),
        payment: { __typename: 'Payment', id: '1', status: 'APPROVED' },
        delivery: { __typename: 'Delivery', id: '1', status: 'REQUESTED' },
      },
    },
  ],
}
const cancelOrder = { __typename: 'OrderPayload', order: order('CANCELLING') }

/** A client of urql that caches by a schema, and whose queries and mutations are answered as above. */
function clientOf(schema: string): Client {
  const introspection = minifyIntrospection(introspectionFromSchema(buildSchema(schema)))
  const answer: typeof fetch = async (_, init) => {
    const data = String(init?.body).includes('cancelOrder') ? { cancelOrder } : { myPage }
    return new Response(JSON.stringify({ data }), { headers: { 'content-type': 'application/json' } })
  }
  const exchanges = [cacheExchange({ schema: introspection, keys }), fetchExchange]
  return new Client({ url: 'http://localhost/graphql', preferGetMethod: false, fetch: answer, exchanges })
}

describe('graphcache with the schema', () => {
  let warn: jest.SpiedFunction<typeof console.warn>
  let error: jest.SpiedFunction<typeof console.error>
  beforeEach(() => {
    warn = jest.spyOn(console, 'warn').mockImplementation(() => {})
    error = jest.spyOn(console, 'error').mockImplementation(() => {})
  })
  afterEach(() => void jest.restoreAllMocks())
  const complaints = () => [...warn.mock.calls, ...error.mock.calls].map(([text]) => String(text))

  it('keeps each object of an order for itself, and follows a mutation, without a warning', async () => {
    const client = clientOf(sdl)
    await client.query(ORDERS, {}).toPromise()
    await client.mutation(CANCEL, {}).toPromise()
    const { data } = await client.query(ORDERS, {}, { requestPolicy: 'cache-only' }).toPromise()
    const [entry] = data.myPage.nodes
    expect([entry.orderStatus, entry.order.status]).toEqual(['PAID', 'CANCELLING'])
    expect([entry.order.payment.status, entry.order.delivery.status]).toEqual(['APPROVED', 'REQUESTED'])
    expect(complaints()).toEqual([])
  })

  it('warns of a field that the schema lacks', async () => {
    await clientOf(sdl.replace(/^ {2}payment: Payment$/m, '  paid: Payment'))
      .query(ORDERS, {})
      .toPromise()
    expect(complaints()).toContainEqual(expect.stringContaining('payment'))
  })
})
