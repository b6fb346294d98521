import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact, LaterConsumers } from '../../../../schema/events/facts.ts'
import { followUserErased } from '../../application/erase-customers.ts'
import {
  followOrder,
  followPaid,
  followPaymentDeclined,
  keepCalendar,
  keepMenu,
  keepStore,
} from '../../application/follow.ts'
import type { Tx } from '../../application/ports.ts'

/** The facts that the order context hears, and their handlers. */
export const hears: Hears<Tx, Fact> = {
  Paid: followPaid,
  PaymentDeclined: followPaymentDeclined,
  ItemOutOfStock: followOrder,
  Received: followOrder,
  Decorated: followOrder,
  Rejected: followOrder,
  RegistrationCancelled: followOrder,
  DepartedForDelivery: followOrder,
  DeliveryAttemptFailed: followOrder,
  DeliveryCompleted: followOrder,
  FlowersReturned: followOrder,
  DeliveryCancelled: followOrder,
  CancellationRefused: followOrder,
  ItemRegistered: keepMenu,
  ItemPriceChanged: keepMenu,
  ItemWithdrawn: keepMenu,
  StockChanged: keepMenu,
  StockReserved: keepMenu,
  StockReleased: keepMenu,
  StoreRegistered: keepStore,
  CalendarChanged: keepCalendar,
  UserErased: followUserErased,
}

/** Since delivery windows: when and where a store delivers. Since attempts: those that failed. Since accounts are erased: whose. */
export const later: LaterConsumers = {
  'order-calendars': ['CalendarChanged'],
  'order-door': ['DeliveryAttemptFailed', 'FlowersReturned'],
  'order-people': ['UserErased'],
}
