import type { KeyUse } from '../../../chassis/idempotency.ts'
import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { Calendar } from '../../../schema/calendar/calendar.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Buyer, BuyerLimits } from '../domain/buyer.ts'
import type { MenuItem } from '../domain/menu.ts'
import type { Money, Order } from '../domain/order.ts'
import type { PayingTimes } from '../domain/windows.ts'

/** order's copy of a store, from StoreRegistered. */
export type KnownStore = { id: string; ownerId: string; name: string }

/** A store's calendar of the highest version that order has heard, from CalendarChanged. */
export type KnownCalendar = { id: string; calendarVersion: number; calendar: Calendar }

/** A store in whose windows places were booked; locked while one is. */
export type BookedStore = { id: string }

export type Tables = {
  orders: Table<Order>
  menu: Table<MenuItem>
  stores: Table<KnownStore>
  buyers: Table<Buyer>
  keyUses: Table<KeyUse>
  calendars: Table<KnownCalendar>
  bookedStores: Table<BookedStore>
}

/** A store, and from when until when. */
export type Span = { storeId: string; startsAt: Date; endsAt: Date }

/** What a transaction reads of windows, beside single rows. */
export type WindowReads = {
  /** The store's calendar; the default one if order has heard of none. It is shared, and must not be changed. */
  calendarOf: (storeId: string) => Promise<Calendar>
  /** For each of these, the committed orders that hold a place in it (domain/windows.ts, `isBookedIn`); one query. */
  booked: (spans: readonly Span[]) => Promise<number[]>
}

/** What a transaction reads of customers who have erased their account. */
export type ErasingReads = {
  /** The ids of the customer's orders in which something personal is left, of those that have ended or of the others; at most `limit`. */
  unerased: (customerId: string, which: 'ended' | 'open', limit: number) => Promise<string[]>
}

export type Tx = Tables & WindowReads & ErasingReads & Messaging<SaidBy<'order'>>

/**
 * The payment context's answer by the deadline. Deferred: it did not or could not answer, or the outcome is not known yet.
 * TooManyDeclined: it tries no more tokens, for this order (null) or for this customer within that time.
 */
export type ChargeAnswer =
  | { answer: 'Approved' | 'Declined' | 'Closed' }
  | { answer: 'Deferred'; retryAfterSeconds: number }
  | { answer: 'TooManyDeclined'; retryAfterSeconds: number | null }

export type Charge = { orderId: string; customerId: string; amount: Money; token: string }

export type Ports = {
  transact: Transact<Tables & WindowReads & ErasingReads, SaidBy<'order'>>
  /** Never throws. Resolves by the deadline, which starts at `since`, the time of the customer's request. */
  charge: (charge: Charge, since: Date) => Promise<ChargeAnswer>
  /** The ids of unpaid orders whose payBy is before the given time. */
  unpaidSince: (before: Date, limit: number) => Promise<string[]>
  /** The ids of customers of whose orders something personal is to go, sorted, after this one. */
  customersToErase: (after: string | null, limit: number) => Promise<string[]>
  now: () => Date
  newId: () => string
  settings: { expireAfterMs: number } & PayingTimes & BuyerLimits
}
