import type { Fact } from '../../../schema/events/facts.ts'
import { type Followed, follow, noteRefund, open } from '../domain/store-order.ts'
import { keep } from './keep.ts'
import type { Tx } from './ports.ts'

/** `StockReserved`: opens the order for its florist. */
export async function openStoreOrder(tx: Tx, { data }: Fact<'StockReserved'>): Promise<void> {
  const { orderId, storeId, customerId } = data
  const store = await tx.stores.find(storeId)
  // Stores are registered here and never removed, so an order of an unknown one is a bug.
  if (!store) throw new Error(`There is no store ${storeId}.`)
  const existing = await tx.storeOrders.find(orderId)
  const refunded = await tx.refunds.find(orderId)
  const decision = open(existing, { orderId, storeId, customerId, ownerId: store.ownerId }, refunded?.total)
  if (!decision) return
  keep(tx, existing, decision)
  // Written here and in `followRefund`, so that one of two that are handled at once is retried, and has the other's.
  tx.refunds.save({ id: orderId, total: refunded?.total ?? 0 })
}

/** `PartlyRefunded`: the owner sees what was returned. It may come before the order is opened. */
export async function followRefund(tx: Tx, { data }: Fact<'PartlyRefunded'>): Promise<void> {
  const { orderId, refundedTotal } = data
  const known = await tx.refunds.find(orderId)
  if (known && known.total >= refundedTotal.amount) return
  tx.refunds.save({ id: orderId, total: refundedTotal.amount })
  const existing = await tx.storeOrders.find(orderId)
  const decision = noteRefund(existing, refundedTotal.amount)
  if (decision) keep(tx, existing, decision)
}

/** Applies a decision of order or delivery to an order. */
export async function followOrder(tx: Tx, fact: Fact<Followed>): Promise<void> {
  const existing = await tx.storeOrders.find(fact.data.orderId)
  const decision = follow(existing, fact)
  if (decision) keep(tx, existing, decision)
}
