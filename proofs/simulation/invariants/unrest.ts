import type { Order } from '../../../subgraphs/order/domain/order.ts'
import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { World } from '../world.ts'

/** Something that is not at rest yet, in words: on its way, not published, not settled. */
export function unrestIn({ databases, bus }: World): string | null {
  const unheard = bus.unsettled()
  if (unheard) return unheard
  for (const [context, { outbox }] of Object.entries(databases)) {
    const unsaid = outbox.find(
      ({ id, location }) => !location || location.created !== bus.created() || !bus.holds(id, location.sequence),
    )
    if (unsaid) return `the stream does not have what ${context} has said: ${unsaid.subject}`
  }
  const due = databases.payment.rows<Payment>('payments').find(({ dueAt }) => dueAt)
  return due ? `the payment of ${due.id} is not settled` : null
}

/** An order that is not paid and not expired, in words. */
export function unpaid({ databases }: World): string | null {
  const order = databases.order
    .rows<Order>('orders')
    .find(({ status }) => status === 'AWAITING_PAYMENT' || status === 'PAYMENT_FAILED')
  return order ? `${order.id} waits to be paid` : null
}
