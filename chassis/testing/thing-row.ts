import { Migration } from '@mikro-orm/migrations'
import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Schema } from '../postgres/database.ts'
import type { Thing } from './transactions-suite.ts'

export const ThingRow = defineEntity({
  name: 'Thing',
  tableName: 'things',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    count: p.integer(),
    at: p.datetime(),
    note: p.text().nullable(),
    parts: p.json<Thing['parts']>(),
    version: p.integer().version(),
  },
})

class Things extends Migration {
  override up(): void {
    this.addSql(`
      create table things (
        id uuid primary key,
        name text not null,
        count int not null,
        at timestamptz(3) not null,
        note text,
        parts jsonb not null,
        version int not null default 1
      );
    `)
  }
}

/** A schema for the chassis's tests: one table with a column of every kind. */
export const thingSchema: Schema = { entities: [ThingRow], migrations: { '0001-things': Things } }
