import type { KeyUse } from '../../../chassis/idempotency.ts'
import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Item } from '../domain/item.ts'
import type { Reservation } from '../domain/reservation.ts'

/**
 * item's copy of a store, from StoreRegistered. Its owner may change its items. `items` is the number on its menu; the row is
 * locked while one is added, so that two concurrent requests do not both get the last place.
 */
export type KnownStore = { id: string; ownerId: string; name: string; items: number }

export type Tables = {
  items: Table<Item>
  reservations: Table<Reservation>
  stores: Table<KnownStore>
  keyUses: Table<KeyUse>
}

export type Tx = Tables & Messaging<SaidBy<'item'>>

export type Ports = {
  transact: Transact<Tables, SaidBy<'item'>>
  newId: () => string
  settings: {
    /** The maximum number of items on a store's menu. */
    mostItems: number
  }
}
