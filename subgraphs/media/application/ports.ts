import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { Media } from '../domain/media.ts'

/** What the context keeps, by table. */
export type Tables = { entries: Table<Media> }

/** media says no facts: it only hears them. */
export type Tx = Tables & Messaging<never>

export type Ports = { transact: Transact<Tables, never> }
