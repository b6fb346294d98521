import type { KeyUse } from '../../../chassis/idempotency.ts'
import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Buyer, BuyerLimits } from '../domain/buyer.ts'
import type { MenuItem } from '../domain/menu.ts'
import type { Money, Order } from '../domain/order.ts'

/** order's copy of a store, from StoreRegistered. */
export type KnownStore = { id: string; ownerId: string; name: string }

export type Tables = {
  orders: Table<Order>
  menu: Table<MenuItem>
  stores: Table<KnownStore>
  buyers: Table<Buyer>
  keyUses: Table<KeyUse>
}

export type Tx = Tables & Messaging<SaidBy<'order'>>

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
  transact: Transact<Tables, SaidBy<'order'>>
  /** Never throws. Resolves by the deadline, which starts at `since`, the time of the customer's request. */
  charge: (charge: Charge, since: Date) => Promise<ChargeAnswer>
  /** The ids of unpaid orders whose payBy is before the given time. */
  unpaidSince: (before: Date, limit: number) => Promise<string[]>
  now: () => Date
  newId: () => string
  settings: { payWithinMs: number; expireAfterMs: number } & BuyerLimits
}
