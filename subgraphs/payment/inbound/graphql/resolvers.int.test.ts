import { afterAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { as, subgraph } from '../../../../proofs/testing/subgraph.ts'
import { readsOf } from '../../outbound/postgres/reads.ts'
import { keepingOnPostgres } from '../../testing/database.ts'
import { customerId } from '../../testing/payments.ts'
import { rigOn } from '../../testing/rig.ts'
import { resolvers } from './resolvers.ts'

const keeping = await keepingOnPostgres()
const { run } = subgraph(new URL('./payment.graphql', import.meta.url), resolvers, (claims) => ({
  claims,
  reads: readsOf(keeping.orm),
}))
afterAll(keeping.close)

const customer = as('CUSTOMER', customerId)

const ENTITIES = `query ($of: [_Any!]!) {
  _entities(representations: $of) {
    ... on Order { payment { id status amount { amount currency } order { id } } }
    ... on Payment { id status }
  }
}`

async function entities(of: { __typename: 'Order' | 'Payment'; id: string }[], claims: Claims = customer) {
  const { data, errors } = await run(claims, ENTITIES, { of })
  expect(errors).toBeUndefined()
  return data._entities
}

const paymentOf = async (id: string, claims: Claims = customer) =>
  (await entities([{ __typename: 'Order', id }], claims))[0].payment

async function named(id: string, claims: Claims) {
  const { data, errors } = await run(claims, 'query ($id: ID!) { payment(id: $id) { id status order { id } } }', { id })
  expect(errors).toBeUndefined()
  return data.payment
}

async function charged(token: string) {
  const at = rigOn(keeping, customerId)
  await at.charge(token)
  return at
}

describe('the payment of an order', () => {
  it('is readable by its customer, and leads back to the order', async () => {
    const { orderId } = await charged('tok_ok')
    const amount = { amount: 50_000, currency: 'KRW' }
    expect(await paymentOf(orderId)).toEqual({ id: orderId, status: 'APPROVED', amount, order: { id: orderId } })
    expect(await entities([{ __typename: 'Payment', id: orderId }])).toEqual([{ id: orderId, status: 'APPROVED' }])
  })

  it.each([
    ['nobody', null],
    ['another customer', as('CUSTOMER')],
    ['a store owner', as('STORE_OWNER')],
    ['a rider', as('RIDER')],
    ['a machine with another scope', { sub: 'demo-machine', roles: [], scopes: ['payments:write'] }],
  ] as [string, Claims][])('is nothing to %s', async (_, claims) => {
    const { orderId } = await charged('tok_ok')
    expect(await paymentOf(orderId, claims)).toBeNull()
    expect(await entities([{ __typename: 'Payment', id: orderId }], claims)).toEqual([null])
    expect(await named(orderId, claims)).toBeNull()
  })

  it('is readable by id for a machine client with the scope payments:read', async () => {
    const { orderId } = await charged('tok_ok')
    const bookkeeping = { sub: 'bookkeeping', roles: [], scopes: ['payments:read'] }
    expect(await named(orderId, bookkeeping)).toEqual({ id: orderId, status: 'APPROVED', order: null })
    for (const id of [newId(), 'no id']) expect(await named(id, bookkeeping)).toBeNull()
  })

  it('is found by the reference in the provider’s statement, if nothing else is asked for', async () => {
    const { orderId } = await charged('tok_ok')
    const bookkeeping = { sub: 'bookkeeping', roles: [], scopes: ['payments:read'] }
    const ask = (args: string) => run(bookkeeping, `{ payment${args} { id } }`)
    expect(await ask(`(reference: "${orderId}")`)).toEqual({ data: { payment: { id: orderId } } })
    expect(await ask(`(reference: "${newId()}")`)).toEqual({ data: { payment: null } })
    for (const args of ['', '(id: null)', `(id: "${orderId}", reference: "${orderId}")`])
      expect(await ask(args)).toEqual({ data: { payment: null }, errors: ['BAD_USER_INPUT'] })
  })

  it('has the present status: DECLINED, then APPROVED, then CANCELLED', async () => {
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
    const open = rigOn(keeping, customerId)
    open.network.beforeEffect = async () => 'lost'
    await open.charge('tok_ok')
    expect(await paymentOf(open.orderId)).toBeNull()
    await open.hear('OrderExpired')
    expect(await paymentOf(open.orderId)).toBeNull()
    const tombstone = rigOn(keeping, customerId)
    await tombstone.hear('OrderCancelled')
    expect(await paymentOf(tombstone.orderId)).toBeNull()
  })

  it('is read with all others of a request by one query', async () => {
    const { orderId: one } = await charged('tok_ok')
    const { orderId: two } = await charged('tok_declined')
    const ids = [two, 'no id', newId(), one, two]
    const of = ids.map((id) => ({ __typename: 'Payment', id }) as const)
    const { answer, queries } = await keeping.queriesOf(() => entities(of))
    expect(answer.map((payment: { status: string } | null) => payment?.status)).toEqual([
      'DECLINED',
      undefined,
      undefined,
      'APPROVED',
      'DECLINED',
    ])
    expect(queries).toBe(1)
  })
})
