import type { KeyUse } from '../../../chassis/idempotency.ts'
import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Owner, Store } from '../domain/store.ts'
import type { StoreOrder } from '../domain/store-order.ts'

/** What was returned of an order's money in parts, in won; kept also before the order is opened. */
export type Refunded = { id: string; total: number }

/** The context's tables. */
export type Rows = { stores: Store; owners: Owner; storeOrders: StoreOrder; refunds: Refunded; keyUses: KeyUse }

export type Tables = { [Name in keyof Rows]: Table<Rows[Name]> }

export type Tx = Tables & Messaging<SaidBy<'store'>>

export type Ports = {
  transact: Transact<Tables, SaidBy<'store'>>
  newId: () => string
  settings: {
    /** The maximum number of stores of one owner. */
    mostStores: number
  }
}
