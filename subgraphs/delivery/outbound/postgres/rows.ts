import { defineEntity, p } from '@mikro-orm/postgresql'
import type { DeliveryStatus, Proof } from '../../domain/delivery.ts'

/** A tombstone has neither store nor customer. */
export const DeliveryRow = defineEntity({
  name: 'Delivery',
  tableName: 'deliveries',
  properties: {
    id: p.uuid().primary(),
    status: p.text().$type<DeliveryStatus>(),
    storeId: p.uuid().nullable(),
    ownerId: p.uuid().nullable(),
    customerId: p.uuid().nullable(),
    windowStartsAt: p.datetime().nullable(),
    windowEndsAt: p.datetime().nullable(),
    timeZone: p.text().nullable(),
    riderId: p.uuid().nullable(),
    departedAt: p.datetime().nullable(),
    completedAt: p.datetime().nullable(),
    proof: p.json<Proof>().nullable(),
    revision: p.integer(),
    version: p.integer().version(),
  },
})
