import type { Saying, Table, Transact } from '../../../chassis/transaction.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Delivery } from '../domain/delivery.ts'

export type Tables = { deliveries: Table<Delivery> }

export type Tx = Tables & Saying<SaidBy<'delivery'>>

export type Ports = {
  transact: Transact<Tables, SaidBy<'delivery'>>
  now: () => Date
  newId: () => string
}
