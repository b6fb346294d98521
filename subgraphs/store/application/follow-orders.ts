import type { Fact } from '../../../schema/events/facts.ts'
import { type Followed, follow, open } from '../domain/store-order.ts'
import { keep } from './keep.ts'
import type { Tx } from './ports.ts'

/** `StockReserved`: opens the order for its florist. */
export async function openStoreOrder(tx: Tx, { data }: Fact<'StockReserved'>): Promise<void> {
  const { orderId, storeId, customerId } = data
  const store = await tx.stores.find(storeId)
  // Stores are registered here and never removed, so an order of an unknown one is a bug.
  if (!store) throw new Error(`There is no store ${storeId}.`)
  const existing = await tx.storeOrders.find(orderId)
  const decision = open(existing, { orderId, storeId, customerId, ownerId: store.ownerId })
  if (decision) keep(tx, existing, decision)
}

/** Applies a decision of order or delivery to an order. */
export async function followOrder(tx: Tx, fact: Fact<Followed>): Promise<void> {
  const existing = await tx.storeOrders.find(fact.data.orderId)
  const decision = follow(existing, fact)
  if (decision) keep(tx, existing, decision)
}
