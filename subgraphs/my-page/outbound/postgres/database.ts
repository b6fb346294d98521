import type { EntityManager } from '@mikro-orm/postgresql'
import { postgresTable } from '../../../../chassis/postgres/transactions.ts'
import type { Tables } from '../../application/ports.ts'
import { indexes, migrations } from './migrations.ts'
import { EntryRow, StoreNameRow } from './rows.ts'

export const schema = { entities: [EntryRow, StoreNameRow], migrations, indexes }

export const tables = (em: EntityManager): Tables => ({
  entries: postgresTable(em, EntryRow),
  storeNames: postgresTable(em, StoreNameRow),
})
