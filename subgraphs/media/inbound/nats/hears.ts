import type { Hears } from '../../../../chassis/transaction.ts'
import type { Fact } from '../../../../schema/events/facts.ts'
import { keepOrder } from '../../application/follow-orders.ts'
import type { Tx } from '../../application/ports.ts'

/** The facts that the media context hears, and their handlers. */
export const hears: Hears<Tx, Fact> = { OrderConfirmed: keepOrder }
