import { Migration } from '@mikro-orm/migrations'
import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql'
import { postgresTable } from '../../../../chassis/postgres/transactions.ts'
import type { Tables } from '../../application/ports.ts'

export const EntryRow = defineEntity({
  name: 'MediaEntry',
  tableName: 'entries',
  properties: {
    id: p.uuid().primary(),
    customerId: p.uuid(),
    storeId: p.uuid(),
    confirmedAt: p.datetime(),
    version: p.integer().version(),
  },
})

/** A migration that has run stays as it is: what changes is another one. */
class Entries extends Migration {
  override up(): void {
    this.addSql(`
      create table entries (
        id uuid primary key,
        customer_id uuid not null,
        store_id uuid not null,
        confirmed_at timestamptz(3) not null,
        version int not null default 1
      );
    `)
  }
}

export const schema = { entities: [EntryRow], migrations: { '0001-entries': Entries } }

export const tables = (em: EntityManager): Tables => ({ entries: postgresTable(em, EntryRow) })
