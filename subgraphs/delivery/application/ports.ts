import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Delivery } from '../domain/delivery.ts'

/** The context's tables. */
export type Rows = { deliveries: Delivery }

export type Tables = { [Name in keyof Rows]: Table<Rows[Name]> }

export type Tx = Tables & Messaging<SaidBy<'delivery'>>

export type Ports = {
  transact: Transact<Tables, SaidBy<'delivery'>>
  now: () => Date
  newId: () => string
  /** How long before the promised window a rider may depart; null: at any time. */
  settings: { departEarliestMs: number | null }
}
