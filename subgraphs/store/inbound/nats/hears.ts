import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact, LaterConsumers } from '../../../../schema/events/facts.ts'
import { followOrder, followRefund, openStoreOrder } from '../../application/follow-orders.ts'
import type { Hearing } from '../../application/ports.ts'

/** The facts that the store context hears, and their handlers. */
export const hears: Hears<Hearing, Fact> = {
  StockReserved: openStoreOrder,
  CancellationRequested: followOrder,
  OrderCancelled: followOrder,
  DeliveryCancelled: followOrder,
  DepartedForDelivery: followOrder,
  DeliveryCompleted: followOrder,
  PartlyRefunded: followRefund,
}

/** Since part refunds. */
export const later: LaterConsumers = { 'store-refunds': ['PartlyRefunded'] }
