import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Calendar } from '../../../../schema/calendar/calendar.ts'
import type { StoreOrder } from '../../domain/store-order.ts'

export const StoreRow = defineEntity({
  name: 'Store',
  tableName: 'stores',
  properties: { id: p.uuid().primary(), ownerId: p.uuid(), name: p.text(), version: p.integer().version() },
})

export const OwnerRow = defineEntity({
  name: 'Owner',
  tableName: 'owners',
  properties: {
    id: p.uuid().primary(),
    stores: p.integer(),
    calendarChanges: p.json<string[]>(),
    version: p.integer().version(),
  },
})

/** `version` is of the row; the calendar has its own. */
export const CalendarRow = defineEntity({
  name: 'Calendar',
  tableName: 'calendars',
  properties: {
    id: p.uuid().primary(),
    calendarVersion: p.integer(),
    calendar: p.json<Calendar>(),
    version: p.integer().version(),
  },
})

/** A tombstone has only an id and a status. */
export const StoreOrderRow = defineEntity({
  name: 'StoreOrder',
  tableName: 'store_orders',
  properties: {
    id: p.uuid().primary(),
    status: p.text().$type<StoreOrder['status']>(),
    storeId: p.uuid().nullable(),
    ownerId: p.uuid().nullable(),
    customerId: p.uuid().nullable(),
    rejectionReason: p.text().nullable(),
    rejectionCause: p.text().$type<StoreOrder['rejectionCause']>().nullable(),
    promise: p.json<NonNullable<StoreOrder['promise']>>().nullable(),
    substitution: p.text().$type<StoreOrder['substitution']>().nullable(),
    acceptBy: p.datetime().nullable(),
    substituted: p.text().nullable(),
    photo: p.uuid().nullable(),
    refundedTotal: p.integer(),
    revision: p.integer(),
    version: p.integer().version(),
  },
})

export const RefundedRow = defineEntity({
  name: 'Refunded',
  tableName: 'refunds',
  properties: { id: p.uuid().primary(), total: p.integer(), version: p.integer().version() },
})
