import { Migration } from '@mikro-orm/migrations'
import { defineEntity, p } from '@mikro-orm/postgresql'

/** A row is a message said in the same commit as the change it tells of; kept for ever (relay.ts publishes it). */
export const OutboxRow = defineEntity({
  name: 'Outbox',
  tableName: 'outbox',
  properties: {
    position: p.bigint('number').autoincrement().primary(),
    id: p.uuid(),
    subject: p.text(),
    key: p.text(),
    message: p.json<object>(),
  },
})

export class ChassisTables extends Migration {
  override up(): void {
    this.addSql(`
      create table outbox (
        position bigint generated always as identity primary key,
        id uuid not null unique,
        subject text not null,
        key text not null,
        message jsonb not null,
        sequence bigint,            -- where the stream keeps it; null: not yet published
        stream_created timestamptz  -- which life of the stream that was: a wiped one begins again at 1
      );
      create index outbox_unpublished on outbox (position) where sequence is null;
      create index outbox_published on outbox (stream_created, sequence) where sequence is not null;
      create function wake_relay() returns trigger language plpgsql as $$ begin notify outbox; return null; end $$;
      create trigger wake_relay after insert on outbox for each statement execute function wake_relay();
      create table inbox (fact_id uuid primary key, heard_at timestamptz not null default now());
      create table key_uses (id text primary key, input_digest text not null, result_id uuid not null, version int not null default 1);
      -- A fact that could not be taken in: kept for the operator as it came (maybe no JSON), while the others go on.
      create table parked (
        fact_id text primary key,
        subject text not null,
        message text not null,
        error text not null,
        parked_at timestamptz not null default now()
      );
    `)
  }
}
