import { readFileSync } from 'node:fs'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type GraphQLSchema, graphql, parse } from 'graphql'
import { commonResolvers } from '../../../../chassis/graphql/scalars.ts'
import { newId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { readsOf } from '../../outbound/postgres/reads.ts'
import { keepingOnPostgres } from '../../testing/database.ts'
import { customerId } from '../../testing/payments.ts'
import { rigOn } from '../../testing/rig.ts'
import { resolvers } from './resolvers.ts'

type SchemaModule = Extract<Parameters<typeof buildSubgraphSchema>[0], unknown[]>[number]

let keeping: Awaited<ReturnType<typeof keepingOnPostgres>>
let schema: GraphQLSchema

beforeAll(async () => {
  keeping = await keepingOnPostgres()
  const sdl = ['../../../../chassis/graphql/common.graphql', './payment.graphql']
  const typeDefs = parse(sdl.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n'))
  // As in chassis/graphql/handler.ts: Apollo's own type of resolvers is a looser map.
  schema = buildSubgraphSchema([{ typeDefs, resolvers: { ...commonResolvers, ...resolvers } } as SchemaModule])
})
afterAll(() => keeping.close())

const customer: Claims = { sub: customerId, roles: ['CUSTOMER'], scopes: [] }

const ENTITIES = `query ($of: [_Any!]!) {
  _entities(representations: $of) {
    ... on Order { payment { id status amount { amount currency } order { id } } }
    ... on Payment { id status }
  }
}`

async function entities(of: { __typename: 'Order' | 'Payment'; id: string }[], claims: Claims = customer) {
  const contextValue = { claims, reads: readsOf(keeping.orm) }
  const { data, errors } = await graphql({ schema, source: ENTITIES, variableValues: { of }, contextValue })
  expect(errors).toBeUndefined()
  // Plain objects: graphql makes its own without a prototype.
  return JSON.parse(JSON.stringify(data?._entities))
}

const paymentOf = async (id: string, claims: Claims = customer) =>
  (await entities([{ __typename: 'Order', id }], claims))[0].payment

async function charged(token: string) {
  const at = rigOn(keeping)
  await at.charge(token)
  return at
}

describe('the payment of an order', () => {
  it('is what its customer reads, there and back', async () => {
    const { orderId } = await charged('tok_ok')
    const amount = { amount: 50_000, currency: 'KRW' }
    expect(await paymentOf(orderId)).toEqual({ id: orderId, status: 'APPROVED', amount, order: { id: orderId } })
    expect(await entities([{ __typename: 'Payment', id: orderId }])).toEqual([{ id: orderId, status: 'APPROVED' }])
  })

  it.each([
    ['nobody', null],
    ['another customer', { sub: newId(), roles: ['CUSTOMER'], scopes: [] }],
    ['a store owner', { sub: newId(), roles: ['STORE_OWNER'], scopes: [] }],
    ['a rider', { sub: newId(), roles: ['RIDER'], scopes: [] }],
    ['a machine', { sub: 'demo-machine', roles: [], scopes: ['payments:read'] }],
  ] as [string, Claims][])('is nothing to %s', async (_, claims) => {
    const { orderId } = await charged('tok_ok')
    expect(await paymentOf(orderId, claims)).toBeNull()
    expect(await entities([{ __typename: 'Payment', id: orderId }], claims)).toEqual([null])
  })

  it('shows where it stands: DECLINED, then APPROVED, then CANCELLED', async () => {
    const at = await charged('tok_declined')
    expect(await paymentOf(at.orderId)).toMatchObject({ status: 'DECLINED' })
    await at.charge('tok_ok')
    expect(await paymentOf(at.orderId)).toMatchObject({ status: 'APPROVED' })
    await at.hear('Rejected')
    expect(await paymentOf(at.orderId)).toMatchObject({ status: 'APPROVED' })
    await at.settle()
    expect(await paymentOf(at.orderId)).toMatchObject({ status: 'CANCELLED' })
  })

  it('is not there before anything is known, nor as a tombstone', async () => {
    const open = rigOn(keeping)
    open.weather.onTheWay = async () => 'lost'
    await open.charge('tok_ok')
    expect(await paymentOf(open.orderId)).toBeNull()
    await open.hear('OrderExpired')
    expect(await paymentOf(open.orderId)).toBeNull()
    const tombstone = rigOn(keeping)
    await tombstone.hear('OrderCancelled')
    expect(await paymentOf(tombstone.orderId)).toBeNull()
  })

  it('is read with all others of a request by one query, whatever ids are asked for', async () => {
    const { orderId: one } = await charged('tok_ok')
    const { orderId: two } = await charged('tok_declined')
    const spy = jest.spyOn(keeping.orm.em.getConnection('read'), 'execute')
    const ids = [two, 'no id', newId(), one, two]
    const found = await entities(ids.map((id) => ({ __typename: 'Payment', id })))
    expect(found.map((payment: { status: string } | null) => payment?.status)).toEqual([
      'DECLINED',
      undefined,
      undefined,
      'APPROVED',
      'DECLINED',
    ])
    expect(spy).toHaveBeenCalledTimes(1)
    spy.mockRestore()
  })
})
