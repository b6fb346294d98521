import type { Decision, Order } from '../domain/order.ts'
import type { Tx } from './ports.ts'

/**
 * Changes an order by a decision of the domain; returns it as it is then. Whoever asks has the id from the order
 * itself or from a fact it led to: an order that is not there is a bug upstream, and throws.
 */
export async function change(tx: Tx, orderId: string, decide: (order: Order) => Decision): Promise<Order> {
  const order = await tx.orders.find(orderId)
  if (!order) throw new Error(`There is no order ${orderId}.`)
  const decision = decide(order)
  if (decision.order !== order) tx.orders.save(decision.order)
  tx.say(decision.says)
  return decision.order
}
