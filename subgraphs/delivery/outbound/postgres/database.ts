import type { EntityManager } from '@mikro-orm/postgresql'
import { postgresTable } from '../../../../chassis/postgres/transactions.ts'
import type { Tables } from '../../application/ports.ts'
import { indexes, migrations } from './migrations.ts'
import { CalendarRow, DeliveryRow } from './rows.ts'

export const schema = { entities: [DeliveryRow, CalendarRow], migrations, indexes }

export const tables = (em: EntityManager): Tables => ({
  deliveries: postgresTable(em, DeliveryRow),
  calendars: postgresTable(em, CalendarRow),
})
