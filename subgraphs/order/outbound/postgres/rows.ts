import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Calendar } from '../../../../schema/calendar/calendar.ts'
import type { Erasure } from '../../domain/buyer.ts'
import type {
  DeliveryPromise,
  Line,
  Money,
  OrderStatus,
  Recipient,
  Ribbon,
  Sender,
  Substitution,
} from '../../domain/order.ts'

export const OrderRow = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    customerId: p.uuid(),
    storeId: p.uuid(),
    status: p.text().$type<OrderStatus>(),
    lines: p.json<Line[]>(),
    total: p.json<Money>(),
    deliveryFee: p.json<Money>().nullable(),
    promise: p.json<DeliveryPromise>().nullable(),
    holdsPlace: p.boolean(),
    recipient: p.json<Recipient>(),
    cardMessage: p.text().nullable(),
    ribbon: p.json<Ribbon>().nullable(),
    sender: p.json<Sender>().nullable(),
    substitution: p.text().$type<Substitution>().nullable(),
    placedAt: p.datetime(),
    payBy: p.datetime(),
    cancellationReason: p.text().nullable(),
    attempt: p.integer(),
    attemptFailed: p.boolean(),
    corrections: p.integer(),
    version: p.integer().version(),
  },
})

export const MenuRow = defineEntity({
  name: 'MenuItem',
  tableName: 'menu',
  properties: {
    id: p.uuid().primary(),
    storeId: p.uuid().nullable(),
    name: p.text().nullable(),
    price: p.json<Money>().nullable(),
    priceVersion: p.integer(),
    available: p.integer(),
    availableVersion: p.integer(),
    madeToOrder: p.boolean(),
    withdrawn: p.boolean(),
    version: p.integer().version(),
  },
})

export const StoreRow = defineEntity({
  name: 'KnownStore',
  tableName: 'stores',
  properties: { id: p.uuid().primary(), ownerId: p.uuid(), name: p.text(), version: p.integer().version() },
})

/** A buyer's row has the ids of the customer's unpaid orders, so that reading them needs no index. */
export const BuyerRow = defineEntity({
  name: 'Buyer',
  tableName: 'buyers',
  properties: {
    id: p.uuid().primary(),
    unpaid: p.json<string[]>(),
    declined: p.json<string[]>(),
    erasure: p.text().$type<Erasure>().nullable(),
    version: p.integer().version(),
  },
})

export const CalendarRow = defineEntity({
  name: 'KnownCalendar',
  tableName: 'calendars',
  properties: {
    id: p.uuid().primary(),
    calendarVersion: p.integer(),
    calendar: p.json<Calendar>(),
    version: p.integer().version(),
  },
})

/** A row is only there to be locked: for each store in which a place was booked. */
export const BookedStoreRow = defineEntity({
  name: 'BookedStore',
  tableName: 'booked_stores',
  properties: { id: p.uuid().primary(), version: p.integer().version() },
})
