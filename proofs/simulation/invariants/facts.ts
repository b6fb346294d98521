import type { Fact } from '../../../schema/events/facts.ts'
import type { Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import type { MyPageEntry, Stub } from '../../../subgraphs/my-page/domain/entry.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import { HEARS } from '../contexts.ts'
import type { Database } from '../database.ts'
import type { Records } from '../people/asking.ts'
import { CONTEXTS } from '../plan.ts'
import type { World } from '../world.ts'
import { holds } from './violation.ts'

/** The facts that a context has published, in order. */
export const factsOf = ({ outbox }: Database): Fact[] => outbox.map(({ message }) => message as Fact)

/** An order can be declined several times; every other fact happens once. */
const OFTEN = ['PaymentDeclined']

/** No fact of an order is published twice, and nothing reaches item, store or delivery before it is paid. */
export function factsAreOnce({ databases }: World): void {
  const said = CONTEXTS.flatMap((context) => factsOf(databases[context]))
  const times = new Map<string, number>()
  for (const { type, data } of said)
    if ('orderId' in data && !OFTEN.includes(type)) {
      const about = `${type} of ${data.orderId}`
      times.set(about, (times.get(about) ?? 0) + 1)
      holds('every fact once in effect', times.get(about) === 1, () => `${about} was said again.`)
    }
  for (const about of times.keys()) {
    const [type = '', id = ''] = about.split(' of ')
    if (type !== 'StockReserved' && type !== 'ItemOutOfStock' && type !== 'Received') continue
    holds('unpaid is no deal', times.has(`OrderConfirmed of ${id}`), () => `${about}, which is not paid.`)
  }
  const reserved = [...times.keys()].filter((about) => about.startsWith('StockReleased'))
  for (const about of reserved)
    holds('reserved is sold and returned', times.has(about.replace('Released', 'Reserved')), () => `${about} only.`)
}

/** Requests with the same key have the same order, store or item. */
export function keysAreOnce({ databases }: World, { ordersOfKey, registeredOfKey }: Records): void {
  for (const [key, ids] of [...ordersOfKey, ...registeredOfKey])
    holds('one order for a key', ids.size === 1, () => `${key} was answered with ${[...ids].join(' and ')}.`)
  // Everyone repeats requests until they are answered, so some customer knows each order.
  const orders = databases.order.rows('orders').length
  const keys = ordersOfKey.size
  holds('one order for a key', orders === keys, () => `There are ${orders} orders for ${keys} keys.`)
}

/** my-page agrees with the other contexts, and its timeline has every fact once. */
export function myPageEquals({ databases }: World): void {
  const said = CONTEXTS.flatMap((context) => factsOf(databases[context])).filter(({ type }) => type in HEARS['my-page'])
  const entries = databases['my-page'].rows<MyPageEntry | Stub>('entries')
  for (const order of databases.order.rows<Order>('orders')) {
    const { id } = order
    const entry = entries.find((other) => other.id === id)
    const payment = databases.payment.row<Payment>('payments', id)?.status
    const are = {
      order: order.status,
      payment: payment === undefined || payment === 'NONE' ? null : payment,
      delivery: databases.delivery.row<Delivery>('deliveries', id)?.status ?? null,
    }
    const shown = { order: entry?.orderStatus, payment: entry?.paymentStatus, delivery: entry?.deliveryStatus }
    const same = entry?.customerId === order.customerId && JSON.stringify(are) === JSON.stringify(shown)
    holds('my-page equals the owners', same, () => {
      return `my-page shows ${JSON.stringify(shown)} of ${id}, but it is ${JSON.stringify(are)}.`
    })
    const about = said.filter(({ data }) => 'orderId' in data && data.orderId === id).map((fact) => fact.id)
    const heard = entry?.timeline.map(({ factId }) => factId) ?? []
    const once = about.length === heard.length && new Set([...about, ...heard]).size === heard.length
    holds('my-page has every fact once', once && entry?.revision === heard.length, () => {
      return `my-page has ${heard.length} facts of ${id}, its revision is ${entry?.revision}, and ${about.length} were said.`
    })
  }
  holds('my-page equals the owners', entries.length === databases.order.rows('orders').length, () => {
    return `my-page has ${entries.length} entries.`
  })
}
