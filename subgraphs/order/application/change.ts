import type { Decision, Order } from '../domain/order.ts'
import type { Tx } from './ports.ts'

/**
 * Applies a decision of the domain to an order, and returns the result. Callers have the id from the order itself or from a
 * fact about it, so a missing order is a bug, and throws.
 */
export async function change(tx: Tx, orderId: string, decide: (order: Order) => Decision): Promise<Order> {
  const order = await tx.orders.find(orderId)
  if (!order) throw new Error(`There is no order ${orderId}.`)
  const decision = decide(order)
  if (decision.order !== order) tx.orders.save(decision.order)
  tx.say(decision.says)
  return decision.order
}
