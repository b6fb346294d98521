import type { EntityManager } from '@mikro-orm/postgresql'
import { KeyUseRow } from '../../../../chassis/postgres/rows.ts'
import { postgresTable } from '../../../../chassis/postgres/transactions.ts'
import type { Tables } from '../../application/ports.ts'
import { migrations } from './migrations.ts'
import { ItemRow, PhotoUseRow, ReservationRow, StoreRow } from './rows.ts'

export const schema = { entities: [ItemRow, ReservationRow, StoreRow, KeyUseRow, PhotoUseRow], migrations }

export const tables = (em: EntityManager): Tables => ({
  items: postgresTable(em, ItemRow),
  reservations: postgresTable(em, ReservationRow),
  stores: postgresTable(em, StoreRow),
  keyUses: postgresTable(em, KeyUseRow),
  photoUses: postgresTable(em, PhotoUseRow),
})
