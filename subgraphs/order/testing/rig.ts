import { newId } from '../../../chassis/ids.ts'
import { until } from '../../../chassis/testing/until.ts'
import { hearWith } from '../../../chassis/transaction.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Fact, Said } from '../../../schema/events/facts.ts'
import type { Charge, ChargeAnswer, Ports } from '../application/ports.ts'
import { hears } from '../inbound/nats/hears.ts'
import { wire } from '../wire.ts'
import { type AboutOrder, aboutOrder } from './orders.ts'

/** The ports of the order context, and the facts said through them. */
export type Keeping = Pick<Ports, 'transact' | 'unpaidSince' | 'customersToErase'> & {
  said(orderId?: string): Promise<Fact[]>
}

export type Shop = Awaited<ReturnType<typeof openShop>>
export type Rig = ReturnType<typeof rigOn>

/** A shop with 20 roses at 50,000 won, and a thousand items at a price that exceeds the limit of a total. */
export async function openShop({ transact }: Pick<Keeping, 'transact'>) {
  const shop = { owner: newId(), store: newId(), rose: newId(), roses: newId() }
  const say = (said: Said) => hearWith(transact, hears)(heard(said))
  await say({ type: 'StoreRegistered', data: { storeId: shop.store, ownerId: shop.owner, name: 'KJSHOP' } })
  await say(itemRegistered(shop.store, { itemId: shop.rose, available: 20 }))
  await say(itemRegistered(shop.store, { itemId: shop.roses, available: 1_000, amount: 2_000_000_000 }))
  return shop
}

type Item = { itemId: string; available: number; amount?: number }

const itemRegistered = (storeId: string, { itemId, available, amount = 50_000 }: Item): Said => ({
  type: 'ItemRegistered',
  data: { itemId, storeId, name: '장미', price: { amount, currency: 'KRW' }, available, itemVersion: 1 },
})

/**
 * The order context on what keeps its rows, and a new customer of a shop; with a payment that approves unless told
 * otherwise, and a clock that is moved by hand.
 */
export function rigOn(keeping: Keeping, shop: Shop) {
  const customer = newId()
  const payment = {
    answers: [] as ChargeAnswer[],
    asked: [] as Charge[],
    meanwhile: async (_: Charge): Promise<unknown> => undefined,
  }
  let now = new Date('2026-01-01T00:00:00Z')
  const ids = new Set<string>()
  const ports: Ports = {
    ...keeping,
    now: () => now,
    newId: () => {
      const id = newId()
      ids.add(id)
      return id
    },
    charge: async (charge) => {
      payment.asked.push(charge)
      await payment.meanwhile(charge)
      return payment.answers.shift() ?? { answer: 'Approved' }
    },
    // Other tests' orders are in the same tables, and due as well.
    unpaidSince: async (before, limit) => (await keeping.unpaidSince(before, limit)).filter((id) => ids.has(id)),
    settings: {
      payWithinMs: 30 * 60_000,
      payForPlaceWithinMs: 10 * 60_000,
      payAfterCutOffMs: 10 * 60_000,
      expireAfterMs: 2 * 60_000,
      mostUnpaid: 10,
      mostUnpaidPlaces: 3,
      mostDeclinedAnHour: 10,
      chargeTimeoutMs: 2_000,
    },
  }
  const order = wire(ports)
  const say = (said: Said) => order.hear({ ...heard(said), occurredAt: now.toISOString() })

  /** The input of an order of two roses, with the changes of a test. */
  const placeInput = (change: object = {}) => ({
    idempotencyKey: 'key-1',
    storeId: shop.store,
    lines: [{ itemId: shop.rose, quantity: 2 }],
    expectedTotal: { amount: 100_000, currency: 'KRW' },
    recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울' },
    cardMessage: '생일 축하해',
    paymentToken: 'tok_ok',
    ...change,
  })
  /** The id of a new order with these changes of its input. */
  const placedWith = async (change: object) => {
    const result = await order.commands.placeOrder(customer, placeInput({ idempotencyKey: newId(), ...change }))
    if (!('order' in result)) throw new Error(result.message)
    return result.order.id
  }
  /** The id of a new order, about which payment gave these answers; the rest of them are approvals. */
  const placed = async (...answers: ChargeAnswer[]) => {
    payment.answers.push(...answers)
    return placedWith({})
  }

  return {
    ...order,
    ...shop,
    ports,
    transact: keeping.transact,
    customer,
    payment,
    say,
    placeInput,
    placed,
    placedWith,
    untilAsked: (times: number) => until(() => payment.asked.length >= times),
    /** One more item of the shop, whose menu a test may change. */
    newItem: async (available: number) => {
      const itemId = newId()
      await say(itemRegistered(shop.store, { itemId, available }))
      return itemId
    },
    /** Another context's fact about an order. */
    follow: (orderId: string, ...types: AboutOrder[]) =>
      types.reduce((before, type) => before.then(() => say(aboutOrder(type, orderId))), Promise.resolve()),
    pay: (orderId: string, paymentToken = 'tok_ok') => order.commands.payOrder(customer, { orderId, paymentToken }),
    cancel: (orderId: string, reason: string | null = null) =>
      order.commands.cancelOrder(customer, { orderId, reason }),
    order: (id: string) => keeping.transact(newId(), (tx) => tx.orders.find(id)),
    status: async (id: string) => (await keeping.transact(newId(), (tx) => tx.orders.find(id)))?.status,
    /** What was said about an order, or about all that were placed here, in order. */
    said: async (orderId?: string) => {
      const facts = await keeping.said(orderId)
      return facts.filter(({ correlationId }) => ids.has(correlationId)).map(({ type }) => type)
    },
    pass: (ms: number) => {
      now = new Date(now.getTime() + ms)
    },
  }
}
