import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact, LaterConsumers } from '../../../../schema/events/facts.ts'
import { cancelDelivery, followCorrection, keepCalendar, requestDelivery } from '../../application/follow-orders.ts'
import type { Tx } from '../../application/ports.ts'

/** The facts that the delivery context hears, and their handlers. */
export const hears: Hears<Tx, Fact> = {
  Decorated: requestDelivery,
  RegistrationCancelled: cancelDelivery,
  CalendarChanged: keepCalendar,
  RecipientCorrected: followCorrection,
}

/** Since second attempts, for whose windows the stores' calendars are needed, and the recipients' links. */
export const later: LaterConsumers = { 'delivery-door': ['CalendarChanged', 'RecipientCorrected'] }
