import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Calendar } from '../../../../schema/calendar/calendar.ts'
import type { Attempt, DeliveryStatus, Proof } from '../../domain/delivery.ts'

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
    attempt: p.integer(),
    attempts: p.json<Attempt[]>(),
    riderId: p.uuid().nullable(),
    departedAt: p.datetime().nullable(),
    completedAt: p.datetime().nullable(),
    returnedAt: p.datetime().nullable(),
    dueAt: p.datetime().nullable(),
    proof: p.json<Proof>().nullable(),
    linkSerial: p.integer(),
    linkForbidden: p.boolean(),
    revision: p.integer(),
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
