import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact, LaterConsumers } from '../../../../schema/events/facts.ts'
import { followConfirmed, followOrder, followOrdered, keepStore } from '../../application/follow.ts'
import type { Tx } from '../../application/ports.ts'

/** The facts that the payment context hears, and their handlers. */
export const hears: Hears<Tx, Fact> = {
  Ordered: followOrdered,
  OrderCancelled: followOrder,
  OrderExpired: followOrder,
  Rejected: followOrder,
  OrderConfirmed: followConfirmed,
  StoreRegistered: keepStore,
}

/** Since part refunds: who owns the store that an order was paid in, of orders before them, too. */
export const later: LaterConsumers = { 'payment-refunds': ['OrderConfirmed', 'StoreRegistered'] }
