import { afterAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { as, subgraph } from '../../../../proofs/testing/subgraph.ts'
import { readsOf } from '../../outbound/postgres/reads.ts'
import { keepingOnPostgres } from '../../testing/database.ts'
import { customerId } from '../../testing/payments.ts'
import { rigOn } from '../../testing/rig.ts'
import { resolversOn } from './resolvers.ts'

const keeping = await keepingOnPostgres()
/** The commands of the last rig, whose provider knows its charge. */
let { commands } = rigOn(keeping).one
const charge: typeof commands.charge = (request) => commands.charge(request)
const refundPart: typeof commands.refundPart = (who, input) => commands.refundPart(who, input)
const { run } = subgraph(
  new URL('./payment.graphql', import.meta.url),
  resolversOn({ commands: { charge, refundPart } }),
  (claims) => ({
    claims,
    reads: readsOf(keeping.orm),
  }),
)
afterAll(keeping.close)

const customer = as('CUSTOMER', customerId)
const neverCalled = async () => {
  throw new Error('It is not called.')
}

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
  commands = at.one.commands
  return at
}

describe('a refund of a part', () => {
  const PARTS = `... on Payment {
    status refunded { amount } refunds { id amount { amount currency } status reason at } order { id } }`
  const REFUND = `mutation ($input: RefundPartInput!) { refundPart(input: $input) {
    __typename ... on RefundPayload { payment { id refunded { amount } } refund { id status reason } }
    ... on RefundPending { refund { id status } } ... on RefundTooMuch { refundable { amount } } } }`
  const paid = async () => {
    const at = await charged('tok_ok')
    await at.hearOwner()
    return { ...at, owner: as('STORE_OWNER', at.ownerId) }
  }
  const refund = async (orderId: string, won: number, claims: Claims) => {
    const input = {
      orderId,
      refundKey: `key ${won}`,
      amount: { amount: won, currency: 'KRW' },
      reason: '백합이 없어요',
    }
    return run(claims, REFUND, { input })
  }
  const read = async (id: string, claims: Claims) => {
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ${PARTS} } }`
    const { data, errors } = await run(claims, query, { of: [{ __typename: 'Payment', id }] })
    expect(errors).toBeUndefined()
    return data._entities[0]
  }

  it('is shown to the customer and the owner, and to machine clients without the owner’s words', async () => {
    const { orderId, owner } = await paid()
    const { data } = await refund(orderId, 20_000, owner)
    const { id } = data.refundPart.refund
    expect(data.refundPart).toEqual({
      __typename: 'RefundPayload',
      payment: { id: orderId, refunded: { amount: 20_000 } },
      refund: { id, status: 'DONE', reason: '백합이 없어요' },
    })
    const part = {
      id,
      amount: { amount: 20_000, currency: 'KRW' },
      status: 'DONE',
      reason: '백합이 없어요',
      at: expect.any(String),
    }
    const shown = { status: 'APPROVED', refunded: { amount: 20_000 }, refunds: [part], order: { id: orderId } }
    expect(await read(orderId, customer)).toEqual(shown)
    expect(await read(orderId, owner)).toEqual(shown)
    const bookkeeping = { sub: 'bookkeeping', roles: [], scopes: ['payments:read'] }
    expect(await read(orderId, bookkeeping)).toEqual({ ...shown, refunds: [{ ...part, reason: null }], order: null })
    expect(await read(orderId, as('STORE_OWNER'))).toBeNull()
  })

  it('that is not known yet is PENDING, and counts', async () => {
    const { orderId, owner, ...at } = await paid()
    const lost = rigOn(keeping).replica({
      provider: { takesCharges: () => true, charge: neverCalled, void: neverCalled, refund: async () => 'unknown' },
    })
    await lost.commands.refundPart(at.ownerId, {
      ...{ orderId, refundKey: 'lost', amount: { amount: 30_000, currency: 'KRW' }, reason: 'a lily' },
    })
    expect(await read(orderId, customer)).toMatchObject({ refunded: { amount: 0 }, refunds: [{ status: 'PENDING' }] })
    const tooMuch = { __typename: 'RefundTooMuch', refundable: { amount: 20_000 } }
    expect(await refund(orderId, 30_000, owner)).toEqual({ data: { refundPart: tooMuch } })
  })

  it.each([
    ['nobody', null, 'UNAUTHENTICATED'],
    ['a customer', customer, 'FORBIDDEN'],
    ['a rider', as('RIDER'), 'FORBIDDEN'],
  ] as [string, Claims, string][])('can not be made by %s', async (_, claims, code) => {
    const { orderId } = await paid()
    expect((await refund(orderId, 1, claims)).errors).toEqual([code])
  })

  it('is NotFound for another owner, and for an order that there is not', async () => {
    const { orderId, owner } = await paid()
    const notFound = { data: { refundPart: { __typename: 'NotFound' } } }
    expect(await refund(orderId, 1, as('STORE_OWNER'))).toEqual(notFound)
    for (const id of [newId(), 'no id']) expect(await refund(id, 1, owner)).toEqual(notFound)
  })
})

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
