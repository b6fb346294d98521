import type { KeyUse } from '../../../chassis/idempotency.ts'
import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { StoreCalendar } from '../domain/calendar.ts'
import type { Owner, Store } from '../domain/store.ts'
import type { StoreOrder } from '../domain/store-order.ts'

/** What was returned of an order's money in parts, in won; kept also before the order is opened. */
export type Refunded = { id: string; total: number }

/** The context's tables. */
export type Rows = {
  stores: Store
  owners: Owner
  calendars: StoreCalendar
  storeOrders: StoreOrder
  refunds: Refunded
  keyUses: KeyUse
}

export type Tables = { [Name in keyof Rows]: Table<Rows[Name]> }

export type Tx = Tables & Messaging<SaidBy<'store'>>

/** Of a transaction that handles a fact: the time, and how long a florist has at least to accept an order. */
export type Hearing = Tx & Clock
export type Clock = { now: () => Date; acceptWithinMs: number }

export type Ports = {
  transact: Transact<Tables, SaidBy<'store'>>
  now: () => Date
  newId: () => string
  /** The ids of orders that are NEW and should have been accepted by `at`, those that wait longest first; at most `limit`. */
  unacceptedAt: (at: Date, limit: number) => Promise<string[]>
  settings: {
    /** The maximum number of stores of one owner. */
    mostStores: number
    /** How long a florist has at least to accept an order. */
    acceptWithinMs: number
    /** How long this process must have been working before it rejects what nobody accepted. */
    rejectAfterStartMs: number
    /** The keys of READY photos' ids (schema/photos/). */
    photoKeys: readonly string[]
  }
}
