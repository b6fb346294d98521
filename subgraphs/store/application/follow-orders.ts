import type { Fact } from '../../../schema/events/facts.ts'
import { type Decision, type Followed, follow, open } from '../domain/store-order.ts'
import type { Tx } from './ports.ts'

/** `StockReserved`: the order reaches its florist. */
export async function openStoreOrder(tx: Tx, { data }: Fact<'StockReserved'>): Promise<void> {
  const { orderId, storeId, customerId } = data
  const store = await tx.stores.find(storeId)
  // Stores are registered here and never removed: whoever reserved for an unknown one has a bug.
  if (!store) throw new Error(`There is no store ${storeId}.`)
  const existing = await tx.storeOrders.find(orderId)
  keep(tx, open(existing, { orderId, storeId, customerId, ownerId: store.ownerId }))
}

/** What order and delivery have decided about an order. */
export async function followOrder(tx: Tx, fact: Fact<Followed>): Promise<void> {
  keep(tx, follow(await tx.storeOrders.find(fact.data.orderId), fact))
}

function keep(tx: Tx, decision: Decision | null): void {
  if (!decision) return
  tx.storeOrders.save(decision.order)
  tx.say(decision.says)
}
