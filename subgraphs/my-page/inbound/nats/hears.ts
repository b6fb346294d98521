import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact, LaterConsumers } from '../../../../schema/events/facts.ts'
import { followOrder, keepStoreName } from '../../application/follow.ts'
import type { Tx } from '../../application/ports.ts'

/** The facts that the my-page context hears, and their handlers. */
export const hears: Hears<Tx, Fact> = {
  Ordered: followOrder,
  OrderConfirmed: followOrder,
  CancellationRequested: followOrder,
  OrderCancelled: followOrder,
  OrderExpired: followOrder,
  Paid: followOrder,
  PaymentDeclined: followOrder,
  PaymentCancelled: followOrder,
  ForciblyCancelled: followOrder,
  StockReserved: followOrder,
  Received: followOrder,
  Decorated: followOrder,
  Rejected: followOrder,
  RegistrationCancelled: followOrder,
  DeliveryRequested: followOrder,
  DepartedForDelivery: followOrder,
  DeliveryCompleted: followOrder,
  DeliveryCancelled: followOrder,
  CancellationRefused: followOrder,
  StoreRegistered: keepStoreName,
  PartlyRefunded: followOrder,
  DeliveryAttemptFailed: followOrder,
  FlowersReturned: followOrder,
  RecipientCorrected: followOrder,
}

/** Since part refunds, and since attempts that fail and recipients that are corrected. */
export const later: LaterConsumers = {
  'my-page-refunds': ['PartlyRefunded'],
  'my-page-door': ['DeliveryAttemptFailed', 'FlowersReturned', 'RecipientCorrected'],
}
