import { z } from 'zod'
import { id } from './common.ts'

/** 상점관리: what the store context says. */
export const storeFacts = {
  StoreRegistered: z.object({ storeId: id, ownerId: id, name: z.string() }),
  Received: z.object({ orderId: id }),
  /** `ownerId` tells the delivery context who, beside rider and customer, may look at the delivery. */
  Decorated: z.object({ orderId: id, storeId: id, ownerId: id, customerId: id }),
  Rejected: z.object({ orderId: id }),
  RegistrationCancelled: z.object({ orderId: id, decorated: z.boolean() }),
}
