import { type NotFound, notFound, type WrongState, wrongState } from '../../../chassis/failures.ts'
import { cancel, statusOf } from '../domain/order.ts'
import type { OrderPayload } from './pay-order.ts'
import type { Ports } from './ports.ts'

export type CancelOrderResult = OrderPayload | NotFound | WrongState

/** Cancels an unpaid order at once. For a paid one it requests cancellation, and store or delivery decide. */
export function cancelOrder(
  ports: Ports,
  customerId: string,
  input: { orderId: string; reason?: string | null },
): Promise<CancelOrderResult> {
  return ports.transact(ports.newId(), async (tx) => {
    const order = await tx.orders.find(input.orderId)
    if (!order || order.customerId !== customerId) return notFound('order')
    const decision = cancel(order, readable(input.reason))
    if (!decision) {
      const state = statusOf(order).toLowerCase().replaceAll('_', ' ')
      return wrongState(`It is too late to cancel: the order is ${state}.`, statusOf(order))
    }
    if (decision.order !== order) tx.orders.save(decision.order)
    tx.say(decision.says)
    return { type: 'OrderPayload', order: decision.order }
  })
}

/** An invalid reason does not prevent a cancellation: it is shortened, and control characters are removed. */
const readable = (reason: string | null | undefined) =>
  reason
    ?.slice(0, 500)
    .replace(/(?![\r\n\t])[\p{Cc}\p{Cs}]/gu, '')
    .trim() || null
