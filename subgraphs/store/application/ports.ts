import type { KeyUse } from '../../../chassis/failures.ts'
import type { Saying, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Store } from '../domain/store.ts'
import type { StoreOrder } from '../domain/store-order.ts'

export type Tables = {
  stores: Table<Store>
  storeOrders: Table<StoreOrder>
  keyUses: Table<KeyUse>
}

export type Tx = Tables & Saying<SaidBy<'store'>>

export type Ports = {
  transact: Transact<Tables, SaidBy<'store'>>
  newId: () => string
}
