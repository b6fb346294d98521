import { z } from 'zod'
import { id, promise } from './common.ts'

/** 배송: what the delivery context says. */
export const deliveryFacts = {
  DeliveryRequested: z.object({ orderId: id, promise: promise.optional() }),
  DepartedForDelivery: z.object({ orderId: id, riderId: id }),
  DeliveryCompleted: z.object({ orderId: id }),
  DeliveryCancelled: z.object({ orderId: id }),
  /** It has departed. */
  CancellationRefused: z.object({ orderId: id }),
}
