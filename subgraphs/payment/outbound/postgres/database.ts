import type { EntityManager } from '@mikro-orm/postgresql'
import { postgresTable } from '../../../../chassis/postgres/transactions.ts'
import type { Tables } from '../../application/ports.ts'
import { indexes, migrations } from './migrations.ts'
import { PayerRow, PaymentRow, StoreRow } from './rows.ts'

export const schema = { entities: [PaymentRow, PayerRow, StoreRow], migrations, indexes }

export const tables = (em: EntityManager): Tables => ({
  payments: postgresTable(em, PaymentRow),
  payers: postgresTable(em, PayerRow),
  stores: postgresTable(em, StoreRow),
})
