import type { Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import type { Reservation } from '../../../subgraphs/item/domain/reservation.ts'
import { type Order, statusOf, type ToldStatus } from '../../../subgraphs/order/domain/order.ts'
import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { Store } from '../../../subgraphs/store/domain/store.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import type { World } from '../world.ts'
import { assertRule, Violation } from './violation.ts'

/**
 * The other contexts' allowed states for each status of an order at rest. Tombstones are not checked; the effect of a
 * missing one is.
 */
const ALLOWED: {
  [Status in ToldStatus]?: { payment: string[]; reservation: string[]; store: string[]; delivery: string[] }
} = {
  AWAITING_PAYMENT: { payment: ['NONE'], reservation: ['none'], store: ['none'], delivery: ['none'] },
  PAYMENT_FAILED: { payment: ['DECLINED'], reservation: ['none'], store: ['none'], delivery: ['none'] },
  PAID: { payment: ['APPROVED'], reservation: ['RESERVED'], store: ['NEW'], delivery: ['none'] },
  RECEIVED: { payment: ['APPROVED'], reservation: ['RESERVED'], store: ['RECEIVED'], delivery: ['none'] },
  DECORATED: { payment: ['APPROVED'], reservation: ['RESERVED'], store: ['DECORATED'], delivery: ['REQUESTED'] },
  OUT_FOR_DELIVERY: {
    payment: ['APPROVED'],
    reservation: ['RESERVED'],
    store: ['HANDED_OVER'],
    delivery: ['DEPARTED'],
  },
  DELIVERY_FAILED: {
    payment: ['APPROVED'],
    reservation: ['RESERVED'],
    store: ['HANDED_OVER'],
    delivery: ['ATTEMPTED', 'REQUESTED again'],
  },
  RETURNED: { payment: ['APPROVED'], reservation: ['RESERVED'], store: ['RETURNED'], delivery: ['RETURNED'] },
  DELIVERED: { payment: ['APPROVED'], reservation: ['RESERVED'], store: ['DELIVERED'], delivery: ['COMPLETED'] },
  REJECTED: {
    payment: ['CANCELLED, closed'],
    reservation: ['RELEASED'],
    store: ['REJECTED'],
    delivery: ['none'],
  },
  CANCELLED: {
    payment: ['NONE, closed', 'DECLINED, closed', 'CANCELLED, closed'],
    reservation: ['none', 'TOMBSTONE', 'OUT', 'RELEASED'],
    store: ['none', 'TOMBSTONE', 'CANCELLED'],
    delivery: ['none', 'CANCELLED'],
  },
  EXPIRED: {
    payment: ['NONE, closed', 'DECLINED, closed', 'CANCELLED, closed'],
    reservation: ['none'],
    store: ['none'],
    delivery: ['none'],
  },
}

/** The contexts' states agree, and nothing is stuck. */
export function checkStates({ databases }: World): void {
  for (const order of databases.order.rows<Order>('orders')) {
    const { id } = order
    const status = statusOf(order)
    const carried = databases.delivery.row<Delivery>('deliveries', id)
    const payment = databases.payment.row<Payment>('payments', id)
    const actual = {
      payment: payment ? `${payment.status}${payment.closed ? ', closed' : ''}` : 'none',
      reservation: databases.item.row<Reservation>('reservations', id)?.status ?? 'none',
      store: databases.store.row<StoreOrder>('storeOrders', id)?.status ?? 'none',
      delivery:
        carried?.status === 'REQUESTED' && carried.attempt > 1 ? 'REQUESTED again' : (carried?.status ?? 'none'),
    }
    const isUnderWay = status === 'OUT_FOR_DELIVERY' || status === 'DELIVERY_FAILED'
    assertRule('the states agree', !isUnderWay || order.attempt === carried?.attempts.length, () => {
      return `${id} is at attempt ${order.attempt}, but on ${carried?.attempts.length} a rider departed.`
    })
    const allowed = ALLOWED[status]
    if (!allowed) throw new Violation('nothing is stuck', `${id} is ${status}.`)
    for (const context of ['payment', 'reservation', 'store', 'delivery'] as const)
      assertRule('the states agree', allowed[context].includes(actual[context]), () => {
        const others = Object.entries(actual).map(([name, state]) => `${name} ${state}`)
        return `${id} is ${status}, but ${others.join(', ')}.`
      })
    const open = payment?.attempts.find(({ state }) => state === 'open')
    const part = payment?.parts.find(({ state }) => state === 'open')
    assertRule('nothing is stuck', !open && !part && !payment?.dueAt, () => `The payment of ${id} is not settled.`)
    const kept = payment?.attempts.find(({ token }) => token)
    assertRule('no payment token is kept', !kept, () => `The payment of ${id} still has one.`)
  }
}

/** Every context that consumes StoreRegistered knows every store. */
export function checkStoresKnown({ databases }: World): void {
  const stores = databases.store.rows<Store>('stores')
  for (const { id, ownerId, name } of stores)
    assertRule('every store is known', databases.payment.row<Store>('stores', id)?.ownerId === ownerId, () => {
      return `payment does not know ${name}.`
    })
  for (const [context, table] of [
    ['order', 'stores'],
    ['item', 'stores'],
    ['my-page', 'storeNames'],
  ] as const)
    for (const { id, name } of stores)
      assertRule('every store is known', databases[context].row<Store>(table, id)?.name === name, () => {
        return `${context} does not know ${name}.`
      })
}
