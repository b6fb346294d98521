import { z } from 'zod'
import { calendar } from '../calendar/calendar.ts'
import { id, promise } from './common.ts'

/** 상점관리: what the store context says. */
export const storeFacts = {
  StoreRegistered: z.object({ storeId: id, ownerId: id, name: z.string() }),
  /** The whole calendar, so that whoever missed a version needs only the latest. */
  CalendarChanged: calendar.extend({ storeId: id, version: z.int().min(1) }),
  Received: z.object({ orderId: id }),
  /** `ownerId` tells the delivery context who, beside rider and customer, may look at the delivery. */
  Decorated: z.object({ orderId: id, storeId: id, ownerId: id, customerId: id, promise: promise.optional() }),
  /** By the florist, or because nobody accepted the order in time; without a reason: by the florist. */
  Rejected: z.object({ orderId: id, reason: z.enum(['FLORIST', 'NOT_ACCEPTED']).optional() }),
  RegistrationCancelled: z.object({ orderId: id, decorated: z.boolean() }),
}
