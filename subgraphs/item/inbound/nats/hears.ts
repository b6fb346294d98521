import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact } from '../../../../schema/events/facts.ts'
import { followOrder, keepStore } from '../../application/follow.ts'
import type { Tx } from '../../application/ports.ts'

/** The facts that the item context hears, and their handlers. */
export const hears: Hears<Tx, Fact> = {
  OrderConfirmed: followOrder,
  OrderCancelled: followOrder,
  Rejected: followOrder,
  StoreRegistered: keepStore,
}
