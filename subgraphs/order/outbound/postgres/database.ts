import type { EntityManager } from '@mikro-orm/postgresql'
import { KeyUseRow } from '../../../../chassis/postgres/rows.ts'
import { postgresTable } from '../../../../chassis/postgres/transactions.ts'
import type { Tables } from '../../application/ports.ts'
import { migrations } from './migrations.ts'
import { BuyerRow, MenuRow, OrderRow, StoreRow } from './rows.ts'

export const schema = { entities: [OrderRow, MenuRow, StoreRow, BuyerRow, KeyUseRow], migrations }

export const tables = (em: EntityManager): Tables => ({
  orders: postgresTable(em, OrderRow),
  menu: postgresTable(em, MenuRow),
  stores: postgresTable(em, StoreRow),
  buyers: postgresTable(em, BuyerRow),
  keyUses: postgresTable(em, KeyUseRow),
})
