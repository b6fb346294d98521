import type { KeyUse } from '../../../chassis/idempotency.ts'
import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Item } from '../domain/item.ts'
import type { Reservation } from '../domain/reservation.ts'

/**
 * A store as item knows it, from StoreRegistered: whose it is decides who may change its items. `items` are those on its
 * menu; it is locked while one is added, so that two at once do not both get the last place.
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
    /** Items that a store may have on its menu. */
    mostItems: number
  }
}
