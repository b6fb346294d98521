import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact } from '../../../../schema/events/facts.ts'
import { followOrder, followOrdered } from '../../application/follow.ts'
import type { Tx } from '../../application/ports.ts'

/** The facts that the payment context hears, and their handlers. */
export const hears: Hears<Tx, Fact> = {
  Ordered: followOrdered,
  OrderCancelled: followOrder,
  OrderExpired: followOrder,
  Rejected: followOrder,
}
