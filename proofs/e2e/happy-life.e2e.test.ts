import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf } from './ids.ts'
import { entryBecomes, FACTS_OF_AN_ORDER, ORDER_FIELDS, orderOf, type People, people } from './people.ts'

let stack: Stack
let app: People
beforeAll(async () => {
  stack = await startStack()
  app = await people(stack)
})
afterAll(async () => stack?.stop())

const FEDERATED = `query ($id: ID!) { order(id: $id) { ${ORDER_FIELDS}
  payment { id status amount { amount currency } } storeOrder { id status } delivery { id status rider { name } departedAt }
  myPage { orderStatus revision } } }`

describe('an order from the menu to the door', () => {
  it('shows the menu to anyone', async () => {
    const menu = await app.menu()
    expect(menu.map(({ name, price, available }) => [name, price.amount, available])).toEqual(
      expect.arrayContaining([
        ['장미 한바구니', 50_000, 20],
        ['roses set n1', 50_000, 5],
        ['안개꽃한다발', 20_000, 100],
        ['꽃바구니 주문제작', 80_000, null],
      ]),
    )
  })

  it('is placed, paid, received, decorated, departs and arrives; myPage shows each step', async () => {
    const item = await app.itemCalled('장미 한바구니')
    const placed = await app.place('lee', item, 2)
    expect(placed).toMatchObject({
      __typename: 'OrderPayload',
      order: { status: 'PAID', total: { amount: 100_000, currency: 'KRW' }, store: { name: 'KJSHOP' } },
    })
    const { id } = placed.order

    const received = await app.stepWhenReady('kj', 'receive', id)
    expect(received).toMatchObject({ storeOrder: { status: 'RECEIVED' } })
    await app.stepWhenReady('kj', 'decorate', id)
    await app.stepWhenReady('rider', 'depart', id)
    const onItsWay = await entryBecomes(app, 'lee', id, 'OUT_FOR_DELIVERY')
    expect(onItsWay).toMatchObject({ paymentStatus: 'APPROVED', deliveryStatus: 'DEPARTED' })
    await app.stepWhenReady('rider', 'complete', id)
    const delivered = await entryBecomes(app, 'lee', id, 'DELIVERED')

    const facts = delivered.timeline.map(({ fact }) => fact)
    expect([...facts].sort()).toEqual(FACTS_OF_AN_ORDER)
    expect(facts[0]).toBe('Ordered')
    expect(facts.at(-1)).toBe('DeliveryCompleted')
    expect(delivered).toMatchObject({
      revision: FACTS_OF_AN_ORDER.length,
      storeName: 'KJSHOP',
      summary: '장미 한바구니 × 2',
    })

    const whole = await until(async () => {
      const answer = await app.as<{ order: Record<string, Record<string, unknown>> | null }>('lee', FEDERATED, { id })
      return answer.data?.order?.storeOrder?.status === 'DELIVERED' && answer
    }, 'the order is delivered everywhere')
    expect(whole.errors).toBeUndefined()
    expect(whole.data?.order).toMatchObject({
      status: 'DELIVERED',
      recipient: { name: '김받음' },
      payment: { status: 'APPROVED', amount: { amount: 100_000, currency: 'KRW' } },
      storeOrder: { status: 'DELIVERED' },
      delivery: { status: 'COMPLETED', rider: { name: '최달림' } },
      myPage: { orderStatus: 'DELIVERED', revision: FACTS_OF_AN_ORDER.length },
    })
    expect((await app.itemCalled('장미 한바구니')).available).toBe(18)
  })

  it('shows an order only to its customer, its store and its rider', async () => {
    const { order } = await app.place('lee', await app.itemCalled('안개꽃한다발'), 1)
    const read = async (who: 'lee' | 'hong' | 'kj' | 'bundang' | 'rider' | 'nobody') =>
      (await app.as<{ order: unknown }>(who, 'query ($id: ID!) { order(id: $id) { id } }', { id: order.id })).data
        ?.order
    expect(await read('lee')).toEqual({ id: order.id })
    expect(await read('bundang')).toEqual({ id: order.id })
    for (const who of ['hong', 'kj', 'rider', 'nobody'] as const) expect(await read(who)).toBeNull()
    expect(await app.entry('hong', order.id)).toBeUndefined()
  })

  it('shows riders what is carried and about where while the delivery waits for one, and its rider the address', async () => {
    const { order } = await app.place('lee', await app.itemCalled('안개꽃한다발'), 1)
    await app.stepWhenReady('bundang', 'receive', order.id)
    await app.stepWhenReady('bundang', 'decorate', order.id)
    const query =
      '{ deliveries(status: [REQUESTED, DEPARTED]) { nodes { id district lines { name } recipient { address } order { id } } } }'
    const id = idOf('Delivery', order.id)
    const read = async (who: 'rider' | 'jung') => {
      const answer = await app.as<{ deliveries: { nodes: { id: string }[] } | null }>(who, query)
      return answer.data?.deliveries?.nodes.find((delivery) => delivery.id === id)
    }
    const carried = { id, district: '135', lines: [{ name: '안개꽃한다발' }], order: null }
    const waiting = await until(() => read('rider'), 'the delivery waits for a rider')
    expect(waiting).toEqual({ ...carried, recipient: null })
    await app.stepWhenReady('rider', 'depart', order.id)
    expect(await read('rider')).toEqual({ ...carried, recipient: { address: '경기도 성남시 분당구 1' } })
    expect(await read('jung')).toBeUndefined()
  })
})

describe('an item that is made to order', () => {
  it('is sold in any number, and keeps what was promised on myPage and for the florist', async () => {
    const item = await app.itemCalled('꽃바구니 주문제작')
    const input = orderOf(item, 25)
    const query = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on OrderPayload {
      order { id status deliveryFee { amount } promise { startsAt endsAt timeZone } } } ... on Failure { message } } }`
    const { order } = await app.mutate('lee', query, { input })
    expect(order).toMatchObject({ status: 'PAID', deliveryFee: { amount: 0 } })
    const { promise } = order as unknown as { promise: object } // As the query selects it.
    expect(promise).toMatchObject({ timeZone: 'Asia/Seoul' })

    const promised = `query ($id: ID!) { order(id: $id) {
      myPage { promise { startsAt endsAt timeZone } timeline { fact } } storeOrder { status promise { startsAt endsAt timeZone } } } }`
    const kept = await until(async () => {
      const { data } = await app.as<{ order: Kept | null }>('lee', promised, { id: order.id })
      return (
        data?.order?.myPage?.timeline.some(({ fact }) => fact === 'StockReserved') &&
        data.order.storeOrder &&
        data.order
      )
    }, 'it is reserved')
    expect([kept.myPage?.promise, kept.storeOrder?.promise]).toEqual([promise, promise])
    expect((await app.itemCalled('꽃바구니 주문제작')).available).toBeNull()
  })
})

type Kept = {
  myPage: { promise: object | null; timeline: { fact: string }[] } | null
  storeOrder: { promise: object | null } | null
}

describe('out of stock', () => {
  it('is reported before any charge if the menu already shows too few', async () => {
    const item = await app.itemCalled('roses set n1')
    expect(await app.place('lee', item, 6)).toMatchObject({ __typename: 'ItemUnavailable', itemIds: [item.id] })
    expect((await app.itemCalled('roses set n1')).available).toBe(5)
  })

  it('cancels and refunds the orders that lose the race for the last ones', async () => {
    const item = await app.itemCalled('roses set n1')
    const placed = await Promise.all(
      (['lee', 'hong', 'lee', 'hong'] as const).map(async (who) => ({ who, result: await app.place(who, item, 4) })),
    )
    const taken = placed.filter(({ result }) => result.__typename === 'OrderPayload')
    expect(taken.length).toBeGreaterThan(0)
    const ended = await Promise.all(
      taken.map(({ who, result }) =>
        until(async () => {
          const entry = await app.entry(who, result.order.id)
          const decided =
            entry?.paymentStatus === 'CANCELLED' || entry?.timeline.some((m) => m.fact === 'StockReserved')
          return decided && entry
        }, 'stock is decided'),
      ),
    )
    const won = ended.filter(({ orderStatus }) => orderStatus === 'PAID')
    const lost = ended.filter(({ orderStatus }) => orderStatus === 'CANCELLED')
    expect(won).toHaveLength(1)
    expect(lost).toHaveLength(taken.length - 1)
    for (const entry of lost) expect(entry.paymentStatus).toBe('CANCELLED')
    expect((await app.itemCalled('roses set n1')).available).toBe(1)
  })
})
