import type { Decision, StoreOrder } from '../domain/store-order.ts'
import type { Tx } from './ports.ts'
import { shownOrder } from './show.ts'

/** The one place where what becomes of an order is kept and said, and shown to its florist where it has changed. */
export function keep(tx: Tx, existing: StoreOrder | null, { order, says }: Decision): void {
  tx.say(says)
  if (order === existing) return
  tx.storeOrders.save(order)
  if (order.status !== 'TOMBSTONE') tx.show(shownOrder(order))
}
