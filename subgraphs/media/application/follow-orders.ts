import type { Fact } from '../../../schema/events/facts.ts'
import { confirm } from '../domain/media.ts'
import type { Tx } from './ports.ts'

/** Keeps what `OrderConfirmed` tells of its order. */
export async function keepOrder(tx: Tx, fact: Fact<'OrderConfirmed'>): Promise<void> {
  const existing = await tx.entries.find(fact.data.orderId)
  const kept = confirm(existing, fact)
  if (kept !== existing) tx.entries.save(kept)
}
