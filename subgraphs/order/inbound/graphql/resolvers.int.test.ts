import { afterAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { as, subgraph } from '../../../../proofs/testing/subgraph.ts'
import { readsOf } from '../../outbound/postgres/reads.ts'
import { keepingOnPostgres } from '../../testing/database.ts'
import { riderId } from '../../testing/orders.ts'
import { openShop, rigOn } from '../../testing/rig.ts'
import { resolversOn } from './resolvers.ts'

const keeping = await keepingOnPostgres()
const at = rigOn(keeping, await openShop(keeping))
const { run, entities } = subgraph(new URL('./order.graphql', import.meta.url), resolversOn(at), (claims) => ({
  claims,
  reads: readsOf(keeping.orm),
}))
afterAll(keeping.close)

const customer = as('CUSTOMER', at.customer)
const owner = as('STORE_OWNER', at.owner)
const rider = as('RIDER', riderId)
const otherRider = as('RIDER')
const machine = { sub: 'machine', roles: [], scopes: [] }
const strangers: Claims[] = [as('CUSTOMER'), as('STORE_OWNER'), machine, null]

const FIELDS = `
  id status placedAt lines { item { id } name unitPrice { amount currency } quantity } total { amount currency }
  recipient { name phone address } cardMessage payBy customer { id disclosed } store { id }`

describe('an order', () => {
  const order = `query ($id: ID!) { order(id: $id) { ${FIELDS} } }`
  const everything = (id: string, status: string) => ({
    id,
    status,
    placedAt: '2026-01-01T00:00:00.000Z',
    lines: [{ item: { id: at.rose }, name: '장미', unitPrice: { amount: 50_000, currency: 'KRW' }, quantity: 2 }],
    total: { amount: 100_000, currency: 'KRW' },
    recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울' },
    cardMessage: '생일 축하해',
    payBy: '2026-01-01T00:30:00.000Z',
    customer: { id: at.customer, disclosed: true },
    store: { id: at.store },
  })
  const linesAndRecipient = { total: null, cardMessage: null, payBy: null, customer: null }

  const stories: { [status: string]: { tell: (id: string) => Promise<unknown>; all: Claims[]; some: Claims[] } } = {
    PAID: { tell: async () => {}, all: [customer, owner], some: [] },
    RECEIVED: { tell: (id) => at.follow(id, 'Received'), all: [customer, owner], some: [] },
    DECORATED: { tell: (id) => at.follow(id, 'Decorated'), all: [customer, owner], some: [rider, otherRider] },
    CANCELLING: {
      tell: (id) => at.follow(id, 'Decorated').then(() => at.cancel(id)),
      all: [customer, owner],
      some: [rider, otherRider],
    },
    OUT_FOR_DELIVERY: {
      tell: (id) => at.follow(id, 'Decorated', 'DepartedForDelivery'),
      all: [customer, owner, rider],
      some: [],
    },
    DELIVERED: {
      tell: (id) => at.follow(id, 'Decorated', 'DepartedForDelivery', 'DeliveryCompleted'),
      all: [customer, owner, rider],
      some: [],
    },
    CANCELLED: {
      tell: async (id) => {
        await at.follow(id, 'Decorated')
        await at.cancel(id)
        await at.follow(id, 'DeliveryCancelled')
      },
      all: [customer, owner],
      some: [],
    },
  }

  it.each(Object.entries(stories))('that is %s may be read only by those whom it concerns', async (status, story) => {
    const id = await at.placed()
    await story.tell(id)
    const of = [{ __typename: 'Order', id }]
    for (const reader of [customer, owner, rider, otherRider, ...strangers]) {
      const all = story.all.includes(reader) && everything(id, status)
      const some = story.some.includes(reader) && { ...everything(id, status), ...linesAndRecipient }
      const seen = all || some || null
      expect(await run(reader, order, { id })).toEqual({ data: { order: seen } })
      expect(await entities(reader, `... on Order { ${FIELDS} }`, of)).toEqual({ data: { _entities: [seen] } })
    }
  })

  it('that is not there is null to all', async () => {
    for (const id of [newId(), 'no id']) {
      for (const reader of [customer, owner, rider, null]) {
        expect(await run(reader, order, { id })).toEqual({ data: { order: null } })
      }
    }
  })

  it('is read with all others by one query for orders and one for their stores', async () => {
    const other = rigOn(keeping, await openShop(keeping))
    const ids = [await at.placed(), await other.placed(), newId(), 'no id', await at.placed()]
    const of = ids.map((id) => ({ __typename: 'Order', id }))
    const { answer, queries } = await keeping.queriesOf(() => entities(owner, '... on Order { id }', of))
    expect(answer.data._entities).toEqual([{ id: ids[0] }, null, null, null, { id: ids[4] }])
    expect(queries).toBe(2)
  })
})

describe('the mutations', () => {
  const paid = `
    ... on OrderPayload { order { id status total { amount } } }
    ... on PaymentDeclined { order { id status total { amount } } }
    ... on PaymentDeferred { order { id status total { amount } } retryAfter payBy }
    ... on InvalidInput { problems { path message code limit } }
    ... on Failure { message }`
  const placeOrder = `mutation ($input: PlaceOrderInput!) {
    answer: placeOrder(input: $input) { __typename ${paid} ... on ItemUnavailable { itemIds } }
  }`
  const payOrder = `mutation ($input: PayOrderInput!) {
    answer: payOrder(input: $input) { __typename ${paid} ... on WrongState { status } }
  }`
  const cancelOrder = `mutation ($input: CancelOrderInput!) {
    answer: cancelOrder(input: $input) {
      __typename ... on OrderPayload { order { id status } } ... on WrongState { status } ... on Failure { message }
    }
  }`
  const answerTo = async (source: string, input: object, claims: Claims = customer) => {
    const { data, errors } = await run(claims, source, { input })
    expect(errors).toBeUndefined()
    return data.answer
  }
  const placing = (change: object = {}) => ({ ...at.placeInput({ idempotencyKey: newId() }), ...change })

  it('are for customers', async () => {
    const orderId = await at.placed()
    for (const [mutation, input] of [
      [placeOrder, placing()],
      [payOrder, { orderId, paymentToken: 'tok_ok' }],
      [cancelOrder, { orderId }],
    ] as const) {
      for (const reader of [owner, rider, machine, as('CUSTOMER', 'not one of ours')]) {
        expect(await run(reader, mutation, { input })).toEqual({ data: { answer: null }, errors: ['FORBIDDEN'] })
      }
      expect(await run(null, mutation, { input })).toEqual({ data: { answer: null }, errors: ['UNAUTHENTICATED'] })
    }
    expect(await at.status(orderId)).toBe('PAID')
  })

  it('placeOrder returns the present order, or a failure', async () => {
    const unpaid = { id: expect.any(String), status: 'AWAITING_PAYMENT', total: { amount: 100_000 } }
    const message = expect.any(String)
    const input = placing()
    expect(await answerTo(placeOrder, input)).toEqual({
      __typename: 'OrderPayload',
      order: { ...unpaid, status: 'PAID' },
    })
    const conflicting = { ...input, cardMessage: 'another' }
    expect(await answerTo(placeOrder, conflicting)).toEqual({ __typename: 'IdempotencyConflict', message })

    at.payment.answers.push({ answer: 'Declined' }, { answer: 'Deferred', retryAfterSeconds: 3 })
    const order = { ...unpaid, status: 'PAYMENT_FAILED' }
    expect(await answerTo(placeOrder, placing())).toEqual({ __typename: 'PaymentDeclined', order, message })
    const waits = { order: unpaid, retryAfter: 3, payBy: '2026-01-01T00:30:00.000Z' }
    expect(await answerTo(placeOrder, placing())).toEqual({ __typename: 'PaymentDeferred', ...waits, message })

    const lines = [{ itemId: at.rose, quantity: 21 }]
    const itemIds = [at.rose]
    expect(await answerTo(placeOrder, placing({ lines }))).toEqual({ __typename: 'ItemUnavailable', itemIds, message })
    const many = placing({ lines: [{ itemId: at.rose, quantity: 1_000 }] })
    const problems = [
      { path: ['lines', '0', 'quantity'], message: 'The quantity must be at most 999.', code: 'TOO_LARGE', limit: 999 },
    ]
    expect(await answerTo(placeOrder, many)).toEqual({ __typename: 'InvalidInput', problems, message })
  })

  it('payOrder returns the present order, or a failure', async () => {
    const orderId = await at.placed({ answer: 'Declined' })
    const input = { orderId, paymentToken: 'tok_ok' }
    at.payment.answers.push({ answer: 'Deferred', retryAfterSeconds: 3 })
    expect(await answerTo(payOrder, input)).toMatchObject({ __typename: 'PaymentDeferred', retryAfter: 3 })
    expect(await answerTo(payOrder, input, as('CUSTOMER'))).toMatchObject({ __typename: 'NotFound' })
    const problems = [{ path: ['paymentToken'], code: 'REQUIRED', limit: null }]
    expect(await answerTo(payOrder, { ...input, paymentToken: ' ' })).toMatchObject({
      __typename: 'InvalidInput',
      problems,
    })
    expect(await answerTo(payOrder, input)).toMatchObject({ __typename: 'OrderPayload', order: { status: 'PAID' } })
    await at.cancel(orderId)
    expect(await answerTo(payOrder, input)).toMatchObject({ __typename: 'WrongState', status: 'CANCELLING' })
  })

  it('cancelOrder returns the present order, or a failure', async () => {
    const orderId = await at.placed()
    expect(await answerTo(cancelOrder, { orderId }, as('CUSTOMER'))).toMatchObject({ __typename: 'NotFound' })
    const order = { id: orderId, status: 'CANCELLING' }
    expect(await answerTo(cancelOrder, { orderId, reason: 'too late' })).toEqual({ __typename: 'OrderPayload', order })
    await at.follow(orderId, 'CancellationRefused')
    const wrong = { __typename: 'WrongState', status: 'OUT_FOR_DELIVERY', message: expect.any(String) }
    expect(await answerTo(cancelOrder, { orderId })).toEqual(wrong)
  })
})
