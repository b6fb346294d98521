import { z } from 'zod'
import { id, promise } from './common.ts'

/** Which attempt to deliver: without it, the first. */
const attempt = z.int().min(1).max(2)

/** Why the flowers could not be handed over. */
export const attemptReason = z.enum(['NOBODY_HOME', 'WRONG_ADDRESS', 'NO_ACCESS', 'REFUSED', 'DAMAGED'])

/** 배송: what the delivery context says. */
export const deliveryFacts = {
  /** For the first time, or (`attempt` 2) once more, for another window. */
  DeliveryRequested: z.object({ orderId: id, promise: promise.optional(), attempt: attempt.optional() }),
  DepartedForDelivery: z.object({ orderId: id, riderId: id, attempt: attempt.optional() }),
  /** Nobody could take the flowers. */
  DeliveryAttemptFailed: z.object({ orderId: id, attempt, reason: attemptReason }),
  /** They are back at the store, or should be: nobody has asked for another attempt. */
  FlowersReturned: z.object({ orderId: id }),
  DeliveryCompleted: z.object({ orderId: id }),
  DeliveryCancelled: z.object({ orderId: id }),
  /** It has departed. */
  CancellationRefused: z.object({ orderId: id }),
}
