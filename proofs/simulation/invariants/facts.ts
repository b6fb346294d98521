import type { Fact } from '../../../schema/events/facts.ts'
import type { Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import type { MyPageEntry, Stub } from '../../../subgraphs/my-page/domain/entry.ts'
import { type Order, statusOf } from '../../../subgraphs/order/domain/order.ts'
import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import { HEARS } from '../contexts.ts'
import type { Database } from '../database.ts'
import type { Records } from '../people/requests.ts'
import { CONTEXTS } from '../plan.ts'
import type { World } from '../world.ts'
import { partsReturned } from './money.ts'
import { assertRule } from './violation.ts'

/** The facts that a context has published, in order. */
export const factsOf = ({ outbox }: Database): Fact[] => outbox.map(({ message }) => message as Fact)

/** An order can be declined, refunded in part and corrected several times; those about an attempt come once for each; every other fact of it is published once. */
const REPEATABLE = ['PaymentDeclined', 'PartlyRefunded', 'RecipientCorrected']

/** No fact of an order is published twice, and nothing reaches item, store or delivery before it is paid. */
export function checkFactsOnce({ databases }: World): void {
  const published = CONTEXTS.flatMap((context) => factsOf(databases[context]))
  const times = new Map<string, number>()
  for (const { type, data } of published)
    if ('orderId' in data && !REPEATABLE.includes(type)) {
      const attempt = 'attempt' in data && data.attempt === 2 ? ' 2' : ''
      const fact = `${type}${attempt} of ${data.orderId}`
      times.set(fact, (times.get(fact) ?? 0) + 1)
      assertRule('each fact is published once', times.get(fact) === 1, () => `${fact} was published again.`)
    }
  const refundIds = published.flatMap((fact) => (fact.type === 'PartlyRefunded' ? [fact.data.refundId] : []))
  assertRule('each fact is published once', new Set(refundIds).size === refundIds.length, () => {
    return 'PartlyRefunded of one refund was published again.'
  })
  for (const fact of times.keys()) {
    const [type = '', id = ''] = fact.split(' of ')
    if (type !== 'StockReserved' && type !== 'ItemOutOfStock' && type !== 'Received') continue
    assertRule(
      'only paid orders are carried out',
      times.has(`OrderConfirmed of ${id}`),
      () => `${fact}, which is not paid.`,
    )
  }
  const released = [...times.keys()].filter((fact) => fact.startsWith('StockReleased'))
  for (const fact of released)
    assertRule(
      'only reserved stock is released',
      times.has(fact.replace('Released', 'Reserved')),
      () => `${fact}, never reserved.`,
    )
}

/** Requests with the same key have the same order, store or item. */
export function checkIdempotencyKeys({ databases }: World, { ordersOfKey, registeredOfKey }: Records): void {
  for (const [key, ids] of [...ordersOfKey, ...registeredOfKey])
    assertRule(
      'one result for each idempotency key',
      ids.size === 1,
      () => `The answers to ${key} have ${[...ids].join(' and ')}.`,
    )
  // Everyone repeats requests until they are answered, so some customer knows each order.
  const orders = databases.order.rows('orders').length
  const keys = ordersOfKey.size
  assertRule(
    'one result for each idempotency key',
    orders === keys,
    () => `There are ${orders} orders for ${keys} keys.`,
  )
}

/** my-page and store agree with payment on what was returned; my-page with all contexts, and its timeline has every fact once. */
export function checkMyPage({ databases }: World): void {
  const published = CONTEXTS.flatMap((context) => factsOf(databases[context])).filter(
    ({ type }) => type in HEARS['my-page'],
  )
  const entries = databases['my-page'].rows<MyPageEntry | Stub>('entries')
  for (const order of databases.order.rows<Order>('orders')) {
    const { id } = order
    const entry = entries.find((other) => other.id === id)
    const payment = databases.payment.row<Payment>('payments', id)?.status
    const actual = {
      order: statusOf(order),
      payment: payment === undefined || payment === 'NONE' ? null : payment,
      delivery: databases.delivery.row<Delivery>('deliveries', id)?.status ?? null,
    }
    const shown = { order: entry?.orderStatus, payment: entry?.paymentStatus, delivery: entry?.deliveryStatus }
    const same = entry?.customerId === order.customerId && JSON.stringify(actual) === JSON.stringify(shown)
    assertRule('my-page agrees with the other contexts', same, () => {
      return `my-page shows ${JSON.stringify(shown)} for ${id}, but the state is ${JSON.stringify(actual)}.`
    })
    const parts = partsReturned(databases.payment.row<Payment>('payments', id))
    const storeOrder = databases.store.row<StoreOrder>('storeOrders', id)
    const isOpened = storeOrder && storeOrder.status !== 'TOMBSTONE'
    const refunded = [entry?.refundedTotal, isOpened ? storeOrder.refundedTotal : parts]
    assertRule(
      'what was returned is shown',
      refunded.every((total) => total === parts),
      () => {
        return `${parts} of ${id} were returned in parts, but my-page and store have ${refunded.join(' and ')}.`
      },
    )
    const expected = published.filter(({ data }) => 'orderId' in data && data.orderId === id).map((fact) => fact.id)
    const timeline = entry?.timeline.map(({ factId }) => factId) ?? []
    const once = expected.length === timeline.length && new Set([...expected, ...timeline]).size === timeline.length
    assertRule('my-page has every fact once', once && entry?.revision === timeline.length, () => {
      return `my-page has ${timeline.length} of ${expected.length} facts of ${id}, at revision ${entry?.revision}.`
    })
  }
  assertRule('my-page agrees with the other contexts', entries.length === databases.order.rows('orders').length, () => {
    return `my-page has ${entries.length} entries.`
  })
}
