import type { EntityManager } from '@mikro-orm/postgresql'
import { KeyUseRow } from '../../../../chassis/postgres/rows.ts'
import { postgresTable } from '../../../../chassis/postgres/transactions.ts'
import type { Tables } from '../../application/ports.ts'
import { indexes, migrations } from './migrations.ts'
import { CalendarRow, OwnerRow, RefundedRow, StoreOrderRow, StoreRow } from './rows.ts'

export const schema = {
  entities: [StoreRow, OwnerRow, CalendarRow, StoreOrderRow, RefundedRow, KeyUseRow],
  migrations,
  indexes,
}

export const tables = (em: EntityManager): Tables => ({
  stores: postgresTable(em, StoreRow),
  owners: postgresTable(em, OwnerRow),
  calendars: postgresTable(em, CalendarRow),
  storeOrders: postgresTable(em, StoreOrderRow),
  refunds: postgresTable(em, RefundedRow),
  keyUses: postgresTable(em, KeyUseRow),
})
