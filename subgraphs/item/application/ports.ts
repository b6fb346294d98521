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

/** The item that a photo belongs to; it has the photo's id. A photo belongs to one item for ever, also when that has another one. */
export type PhotoUse = { id: string; itemId: string }

export type Tables = {
  items: Table<Item>
  reservations: Table<Reservation>
  stores: Table<KnownStore>
  keyUses: Table<KeyUse>
  photoUses: Table<PhotoUse>
}

export type Tx = Tables & Messaging<SaidBy<'item'>>

export type Ports = {
  transact: Transact<Tables, SaidBy<'item'>>
  newId: () => string
  settings: {
    /** The maximum number of items on a store's menu. */
    mostItems: number
    /** The keys of ITEM photos' ids (schema/photos/). */
    photoKeys: readonly string[]
  }
}
