import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { MyPageEntry, Stub } from '../domain/entry.ts'

/** A store's name, from StoreRegistered. */
export type StoreName = { id: string; name: string }

export type Tables = {
  entries: Table<MyPageEntry | Stub>
  storeNames: Table<StoreName>
}

/** my-page says no facts; it only hears them. */
export type Tx = Tables & Messaging<never>

export type Ports = { transact: Transact<Tables, never> }
