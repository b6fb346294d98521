import { defineEntity, p } from '@mikro-orm/postgresql'
import type { DeliveryPromise, Moment, MyPageEntry } from '../../domain/entry.ts'
import type { DeliveryStatus, OrderStatus, PaymentStatus } from '../../domain/statuses.ts'

/** The nullable fields come from `Ordered`: a stub does not have them. */
export const EntryRow = defineEntity({
  name: 'MyPageEntry',
  tableName: 'entries',
  properties: {
    id: p.uuid().primary(),
    customerId: p.uuid().nullable(),
    storeId: p.uuid().nullable(),
    total: p.json<MyPageEntry['total']>().nullable(),
    summary: p.text().nullable(),
    placedAt: p.datetime().nullable(),
    orderStatus: p.text().$type<OrderStatus>(),
    paymentStatus: p.text().$type<PaymentStatus>().nullable(),
    deliveryStatus: p.text().$type<DeliveryStatus>().nullable(),
    refundedTotal: p.integer(),
    promise: p.json<DeliveryPromise>().nullable(),
    timeline: p.json<Moment[]>(),
    revision: p.integer(),
    updatedAt: p.datetime(),
    version: p.integer().version(),
  },
})

export const StoreNameRow = defineEntity({
  name: 'StoreName',
  tableName: 'store_names',
  properties: { id: p.uuid().primary(), name: p.text(), version: p.integer().version() },
})
