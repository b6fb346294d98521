import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { sqlIn } from './databases.ts'
import { idOf, uuidOf } from './ids.ts'
import { entryBecomes, type NumberedCustomer, orderOf, type People, people } from './people.ts'

let stack: Stack
let app: People
/** Enough customers to open the circuit, which one customer's payments never do. */
const CUSTOMERS = Array.from({ length: 20 }, (_, index): NumberedCustomer => `customer-${index + 1}`)
beforeAll(async () => {
  stack = await startStack()
  app = await people(stack, CUSTOMERS.length)
})
afterAll(async () => stack?.stop())

const ITEM = '안개꽃한다발'
const place = async (paymentToken = 'tok_ok', quantity = 1) =>
  app.place('lee', await app.itemCalled(ITEM), quantity, { paymentToken })
/** Places an order without repeating a deferred payment. */
const placeOnce = async (paymentToken = 'tok_ok') =>
  app.placeOnce('lee', await app.itemCalled(ITEM), 1, { paymentToken })
const available = async () => (await app.itemCalled(ITEM)).available ?? 0

/** The provider's entries for an order, oldest first. */
const book = async (orderId: string): Promise<string[]> => {
  const { entries } = (await stack.sandbox(`/book?reference=${uuidOf(orderId)}`)) as { entries: { type: string }[] }
  return entries.map(({ type }) => type)
}
/** Moves the order's payBy into the past, in order's database. */
const passPayBy = (orderId: string) =>
  sqlIn(stack, 'order', "update orders set pay_by = now() - interval '1 day' where id = $1", [uuidOf(orderId)])
const refunded = (orderId: string) =>
  until(async () => (await app.entry('lee', orderId))?.paymentStatus === 'CANCELLED', 'the money is returned')

describe('paying', () => {
  it('declined: the order stays, and can be paid with another token', async () => {
    const declined = await place('tok_declined')
    expect(declined).toMatchObject({ __typename: 'PaymentDeclined', order: { status: 'PAYMENT_FAILED' } })
    const { id } = declined.order
    expect(await app.pay('lee', id, 'tok_declined')).toMatchObject({ __typename: 'PaymentDeclined' })
    expect(await app.pay('lee', id)).toMatchObject({ __typename: 'OrderPayload', order: { status: 'PAID' } })
    expect(await book(id)).toEqual(['decline', 'charge'])
  })

  it('slow: deferred at the deadline, then paid without another request', async () => {
    const deferred = await placeOnce('tok_slow')
    expect(deferred).toMatchObject({ __typename: 'PaymentDeferred', order: { status: 'AWAITING_PAYMENT' } })
    const { id } = deferred.order
    // The first attempt may have been charged in the meantime.
    const again = await app.payOnce('lee', id, 'tok_other')
    expect(again.__typename).toMatch(/^(PaymentDeferred|OrderPayload)$/)
    expect(await entryBecomes(app, 'lee', id, 'PAID')).toMatchObject({ paymentStatus: 'APPROVED' })
    expect(await app.pay('lee', id, 'tok_other')).toMatchObject({ __typename: 'OrderPayload' })
    expect(await book(id)).toEqual(['charge'])
  })

  it("the provider's answer is lost: charged once, and the outcome becomes known", async () => {
    const { id } = (await placeOnce('tok_lost')).order
    await entryBecomes(app, 'lee', id, 'PAID')
    expect(await book(id)).toEqual(['charge'])
  })

  it('unavailable: deferred, and paid later', async () => {
    const deferred = await placeOnce('tok_unavailable')
    expect(deferred).toMatchObject({ __typename: 'PaymentDeferred' })
    expect(await book(deferred.order.id)).toEqual([])
    expect(await app.pay('lee', deferred.order.id)).toMatchObject({ order: { status: 'PAID' } })
  })

  it('not paid by payBy: expires, never reaches the store, and can no longer be paid', async () => {
    const { id } = (await placeOnce('tok_unavailable')).order
    await passPayBy(id)
    await entryBecomes(app, 'lee', id, 'EXPIRED')
    expect(await app.pay('lee', id)).toMatchObject({ __typename: 'WrongState', status: 'EXPIRED' })
    expect(await app.cancel('lee', id)).toMatchObject({ __typename: 'WrongState', status: 'EXPIRED' })
    expect(await app.step('bundang', 'receive', id)).toMatchObject({ __typename: 'NotFound' })
    expect(await book(id)).toEqual([])
  })
})

describe('prices and cards', () => {
  it('the price has changed since the menu was read: nothing is ordered until the customer agrees', async () => {
    const menu = await app.itemCalled('roses set n1')
    const change = `mutation ($id: ID!, $amount: Int!) { changeItemPrice(input: { itemId: $id, price: { amount: $amount } }) {
      __typename } }`
    const to = (amount: number) => app.mutate('kj', change, { id: menu.id, amount })
    await to(1_900_000)
    let key = { idempotencyKey: '', paymentToken: 'tok_unavailable' }
    const changed = await until(async () => {
      key = { ...key, idempotencyKey: randomUUID() }
      const answer = await app.placeOnce('lee', menu, 1, key)
      if (answer.order) await app.cancel('lee', answer.order.id)
      return answer.__typename === 'TotalChanged' && answer
    }, 'order has the new price')
    expect(changed).toMatchObject({ total: { amount: 1_900_000 } })
    const expectedTotal = { amount: 1_900_000, currency: 'KRW' }
    const placed = await app.placeOnce('lee', menu, 1, { ...key, expectedTotal })
    expect(placed).toMatchObject({ __typename: 'PaymentDeferred' })
    await app.cancel('lee', placed.order.id)
    await to(menu.price.amount)
  })

  it('ten stolen cards in one request: five are tried, then none', async () => {
    const { id } = (await app.placeOnce('hong', await app.itemCalled(ITEM), 1, { paymentToken: 'tok_unavailable' }))
      .order
    const tries = Array.from({ length: 10 }, (_, n) => {
      return `m${n}: payOrder(input: { orderId: $id, paymentToken: "stolen-${n}" }) { __typename ... on WrongState { message } }`
    })
    // On a busy machine some payments are deferred at first.
    const last = await until(async () => {
      const { data } = await app.as('hong', `mutation ($id: ID!) { ${tries.join('\n')} }`, { id })
      const answer = Object.values(data ?? {}).at(-1)
      return answer?.__typename === 'WrongState' && answer
    }, 'no more is tried')
    expect(last).toMatchObject({ message: 'Too many payments were declined for this order. Place a new one.' })
    expect(await book(id)).toEqual(Array(5).fill('decline'))
  })
})

describe('a repeated request', () => {
  it('sent 50 times concurrently with one key is one order and one charge', async () => {
    const before = await available()
    const input = orderOf(await app.itemCalled(ITEM), 1)
    const mutation =
      'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on OrderPayload { order { id } } ... on PaymentDeferred { order { id } } } }'
    const placed = await Promise.all(Array.from({ length: 50 }, () => app.mutate('lee', mutation, { input })))
    const [id, ...others] = new Set(placed.map(({ order }) => order.id))
    expect(others).toEqual([])
    await entryBecomes(app, 'lee', id ?? '', 'PAID')
    expect(await book(id ?? '')).toEqual(['charge'])
    await until(async () => (await available()) === before - 1, 'the stock is taken once')
  })

  it.each([
    ['RegisterStore', 'registerStore', () => ({ name: '꽃집' }), { name: '다른 꽃집' }, 'store'],
    [
      'RegisterItem',
      'registerItem',
      async () => ({
        storeId: (await app.itemCalled(ITEM)).store.id,
        name: '튤립',
        price: { amount: 1_000, currency: 'KRW' },
        stock: 3,
      }),
      { stock: 4 },
      'item',
    ],
    [
      'ChangeStock',
      'changeStock',
      async () => ({ itemId: (await app.itemCalled(ITEM)).id, delta: 5 }),
      { delta: 6 },
      'item',
    ],
  ])('%s by one key has one effect; another input conflicts', async (type, field, make, other, result) => {
    const input = { idempotencyKey: randomUUID(), ...(await make()) }
    const payload =
      result === 'store' ? '... on StorePayload { store { id } }' : '... on ItemPayload { item { id available } }'
    const mutation = `mutation ($input: ${type}Input!) { ${field}(input: $input) { __typename ${payload} } }`
    const answers = await Promise.all(Array.from({ length: 5 }, () => app.mutate('bundang', mutation, { input })))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    const conflict = await app.mutate('bundang', mutation, { input: { ...input, ...other } })
    expect(conflict).toEqual({ __typename: 'IdempotencyConflict' })
  })
})

describe('rejecting', () => {
  it('returns the money and the stock, and shows the customer the reason', async () => {
    const before = await available()
    const { id } = (await place('tok_ok', 3)).order
    await app.stepWhenReady('bundang', 'receive', id)
    expect(await available()).toBe(before - 3)
    const rejected = {
      __typename: 'StoreOrderPayload',
      storeOrder: { status: 'REJECTED', rejectionReason: '안개꽃이 없어요' },
    }
    expect(await app.reject('bundang', id, '안개꽃이 없어요')).toEqual(rejected)
    expect(await app.reject('bundang', id, '안개꽃이 없어요')).toEqual(rejected)
    await entryBecomes(app, 'lee', id, 'REJECTED')
    await refunded(id)
    await until(async () => (await available()) === before, 'the stock is as it was')
    expect(await book(id)).toEqual(['charge', 'refund'])
    expect(await app.cancel('lee', id)).toMatchObject({ __typename: 'WrongState', status: 'REJECTED' })
    const read = await app.as('lee', 'query ($id: ID!) { order(id: $id) { storeOrder { rejectionReason } } }', { id })
    expect(read.data?.order).toEqual({ storeOrder: { rejectionReason: '안개꽃이 없어요' } })
  })

  it('is refused after decoration', async () => {
    const { id } = (await place()).order
    await app.stepWhenReady('bundang', 'receive', id)
    await app.stepWhenReady('bundang', 'decorate', id)
    expect(await app.reject('bundang', id, 'x')).toEqual({ __typename: 'WrongState', status: 'DECORATED' })
  })
})

describe('cancelling', () => {
  it('unpaid: at once', async () => {
    const { id } = (await place('tok_declined')).order
    expect(await app.cancel('lee', id)).toMatchObject({ order: { status: 'CANCELLED' } })
    expect(await app.pay('lee', id)).toMatchObject({ __typename: 'WrongState', status: 'CANCELLED' })
    expect(await app.cancel('lee', id)).toMatchObject({ __typename: 'OrderPayload', order: { status: 'CANCELLED' } })
  })

  it('while the outcome is unknown: at once; a charge that becomes known later is refunded', async () => {
    const { id } = (await placeOnce('tok_slow')).order
    // It may have been charged in the meantime. Then the cancellation takes longer, because it is decided by the store.
    expect((await app.cancel('lee', id)).order.status).toMatch(/^CANCELL(ED|ING)$/)
    await until(async () => {
      const entries = await book(id)
      const taken = entries.filter((type) => type === 'charge').length
      return entries.length > 0 && taken === entries.filter((type) => type === 'refund').length
    }, 'nothing is owed')
    await entryBecomes(app, 'lee', id, 'CANCELLED')
  })

  it.each([
    ['before it is received', []],
    ['when it is received', ['receive']],
    ['when it is decorated: the delivery is cancelled too', ['receive', 'decorate']],
  ] as const)('paid, %s: refunded, and the stock is as it was', async (_, steps) => {
    const before = await available()
    const { id } = (await place('tok_ok', 2)).order
    for (const step of steps) await app.stepWhenReady('bundang', step, id)
    expect(await app.cancel('lee', id)).toMatchObject({ order: { status: 'CANCELLING' } })
    const entry = await entryBecomes(app, 'lee', id, 'CANCELLED')
    await refunded(id)
    await until(async () => (await available()) === before, 'the stock is as it was')
    expect(await book(id)).toEqual(['charge', 'refund'])
    if (steps.length === 2) expect(entry.deliveryStatus).toBe('CANCELLED')
    expect(await app.step('rider', 'depart', id)).not.toMatchObject({ __typename: 'DeliveryPayload' })
  })

  it('is refused after departure', async () => {
    const { id } = (await place()).order
    await app.stepWhenReady('bundang', 'receive', id)
    await app.stepWhenReady('bundang', 'decorate', id)
    await app.stepWhenReady('rider', 'depart', id)
    await entryBecomes(app, 'lee', id, 'OUT_FOR_DELIVERY')
    expect(await app.cancel('lee', id)).toMatchObject({ __typename: 'WrongState', status: 'OUT_FOR_DELIVERY' })
  })

  it('concurrent with departure: one of them wins, and the money is refunded only if it is the cancellation', async () => {
    const { id } = (await place()).order
    await app.stepWhenReady('bundang', 'receive', id)
    await app.stepWhenReady('bundang', 'decorate', id)
    await until(async () => {
      const query = 'query ($id: ID!) { node(id: $id) { ... on Delivery { status } } }'
      const answer = await app.as('rider', query, { id: idOf('Delivery', id) })
      return answer.data?.node
    }, 'a rider can see it')
    const [cancelled, departed] = await Promise.all([app.cancel('lee', id), app.step('rider', 'depart', id)])
    const riderWon = departed.__typename === 'DeliveryPayload'
    const entry = await until(async () => {
      const seen = await app.entry('lee', id)
      return ['CANCELLED', 'OUT_FOR_DELIVERY'].includes(seen?.orderStatus ?? '') && seen
    }, 'it is decided')
    expect(entry.orderStatus).toBe(riderWon ? 'OUT_FOR_DELIVERY' : 'CANCELLED')
    if (riderWon) expect(await book(id)).toEqual(['charge'])
    else await refunded(id)
    expect(cancelled.__typename).toBeDefined()
  })
})

describe('while payment is frozen', () => {
  it('orders are recorded and payments deferred, at once when the circuit is open; they are paid when it runs again', async () => {
    const item = await app.itemCalled(ITEM)
    const frozen = (await stack.processes()).find(({ name }) => name === 'payment')
    process.kill(frozen?.pid ?? 0, 'SIGSTOP')
    const [first] = await Promise.all((['lee', ...CUSTOMERS] as const).map((who) => app.placeOnce(who, item, 1)))
    expect(first).toMatchObject({ __typename: 'PaymentDeferred', retryAfter: 5 })
    // How soon it opens depends on what went well in the last 10 s.
    await until(async () => {
      const answer = await placeOnce()
      expect(answer.__typename).toBe('PaymentDeferred')
      return answer.retryAfter === 3
    }, 'the circuit is open')
    process.kill(frozen?.pid ?? 0, 'SIGCONT')
    const { id } = first?.order ?? { id: '' }
    expect((await app.pay('lee', id)).__typename).toBe('OrderPayload')
    await entryBecomes(app, 'lee', id, 'PAID')
    expect(await book(id)).toEqual(['charge'])
  })
})
