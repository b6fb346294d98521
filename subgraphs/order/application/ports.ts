import type { KeyUse } from '../../../chassis/idempotency.ts'
import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Buyer, BuyerLimits } from '../domain/buyer.ts'
import type { MenuItem } from '../domain/menu.ts'
import type { Money, Order } from '../domain/order.ts'

/** A store as order knows it, from StoreRegistered. */
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
 * What the payment context answers in time. Deferred: it did not, could not, or does not know yet. TooManyDeclined:
 * it tries no more, of this order (null) or of any of the customer's for so long.
 */
export type ChargeAnswer =
  | { answer: 'Approved' | 'Declined' | 'Closed' }
  | { answer: 'Deferred'; retryAfterSeconds: number }
  | { answer: 'TooManyDeclined'; retryAfterSeconds: number | null }

export type Charge = { orderId: string; customerId: string; amount: Money; token: string }

export type Ports = {
  transact: Transact<Tables, SaidBy<'order'>>
  /** Never throws, and answers by the deadline, which begins at `since`: when the customer asked. */
  charge: (charge: Charge, since: Date) => Promise<ChargeAnswer>
  /** Ids of unpaid orders whose payBy lies before the given time. */
  unpaidSince: (before: Date, limit: number) => Promise<string[]>
  now: () => Date
  newId: () => string
  settings: { payWithinMs: number; expireAfterMs: number } & BuyerLimits
}
