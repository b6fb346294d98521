import { z } from 'zod'
import { id } from './common.ts'

/** 배송: what the delivery context says. */
export const deliveryFacts = {
  DeliveryRequested: z.object({ orderId: id }),
  DepartedForDelivery: z.object({ orderId: id, riderId: id }),
  DeliveryCompleted: z.object({ orderId: id }),
  DeliveryCancelled: z.object({ orderId: id }),
  /** It has departed. */
  CancellationRefused: z.object({ orderId: id }),
}
