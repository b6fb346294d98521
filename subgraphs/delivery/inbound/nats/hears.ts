import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact } from '../../../../schema/events/facts.ts'
import { cancelDelivery, requestDelivery } from '../../application/follow-orders.ts'
import type { Tx } from '../../application/ports.ts'

/** The facts that the delivery context hears, and their handlers. */
export const hears: Hears<Tx, Fact> = { Decorated: requestDelivery, RegistrationCancelled: cancelDelivery }
