import type { Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import type { World } from '../world.ts'

/** Describes work that is not finished (a fact not consumed or published, a payment not settled); null if there is none. */
export function pendingWorkIn({ databases, bus }: World): string | null {
  const undelivered = bus.unacknowledged()
  if (undelivered) return undelivered
  for (const [context, { outbox }] of Object.entries(databases)) {
    const unpublished = outbox.find(
      (row) => !row.location || row.location.created !== bus.created() || !bus.contains(row, row.location.sequence),
    )
    if (unpublished) return `the stream does not have ${unpublished.subject} of ${context}`
  }
  const due = databases.payment.rows<Payment>('payments').find(({ dueAt }) => dueAt)
  return due ? `the payment of ${due.id} is not settled` : null
}

/** When the first order is due that nobody has accepted yet; null if there is none. */
export function firstAcceptBy({ databases }: World): number | null {
  const times = databases.store
    .rows<StoreOrder>('storeOrders')
    .flatMap(({ status, acceptBy }) => (status === 'NEW' && acceptBy ? [acceptBy.getTime()] : []))
  return times.length ? Math.min(...times) : null
}

/** When the first failed delivery ends by itself; null if there is none. */
export function firstDue({ databases }: World): number | null {
  const times = databases.delivery.rows<Delivery>('deliveries').flatMap(({ dueAt }) => (dueAt ? [dueAt.getTime()] : []))
  return times.length ? Math.min(...times) : null
}

/** Describes an order that is neither paid nor expired; null if there is none. */
export function unpaidOrder({ databases }: World): string | null {
  const order = databases.order
    .rows<Order>('orders')
    .find(({ status }) => status === 'AWAITING_PAYMENT' || status === 'PAYMENT_FAILED')
  return order ? `${order.id} is unpaid` : null
}
