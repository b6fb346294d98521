import type { Decision, StoreOrder } from '../domain/store-order.ts'
import type { Tx } from './ports.ts'
import { shownOrder } from './show.ts'

/** Saves a changed order, says its facts, and publishes its live state to the florist. All changes go through it. */
export function keep(tx: Tx, existing: StoreOrder | null, { order, says }: Decision): void {
  tx.say(says)
  if (order === existing) return
  tx.storeOrders.save(order)
  if (order.status !== 'TOMBSTONE') tx.show(shownOrder(order))
}
