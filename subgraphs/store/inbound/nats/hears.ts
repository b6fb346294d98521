import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact, LaterConsumers } from '../../../../schema/events/facts.ts'
import { followCorrection, followOrder, followRefund, openStoreOrder } from '../../application/follow-orders.ts'
import type { Hearing } from '../../application/ports.ts'

/** The facts that the store context hears, and their handlers. */
export const hears: Hears<Hearing, Fact> = {
  StockReserved: openStoreOrder,
  CancellationRequested: followOrder,
  OrderCancelled: followOrder,
  DeliveryCancelled: followOrder,
  DepartedForDelivery: followOrder,
  DeliveryCompleted: followOrder,
  FlowersReturned: followOrder,
  PartlyRefunded: followRefund,
  RecipientCorrected: followCorrection,
}

/** Since part refunds, and since flowers that come back and recipients that are corrected. */
export const later: LaterConsumers = {
  'store-refunds': ['PartlyRefunded'],
  'store-door': ['FlowersReturned', 'RecipientCorrected'],
}
