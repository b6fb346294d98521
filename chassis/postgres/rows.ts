import { Migration } from '@mikro-orm/migrations'
import { defineEntity, p } from '@mikro-orm/postgresql'

/** The columns that relay.ts publishes; by the id the stream recognizes a message published again. */
const message = {
  position: p.bigint('number').autoincrement().primary(),
  id: p.uuid(),
  subject: p.text(),
  key: p.text(),
  message: p.json<object>(),
}

/** A row is a fact, recorded in the same commit as the change that it reports. Rows are kept for ever. */
export const OutboxRow = defineEntity({ name: 'Outbox', tableName: 'outbox', properties: message })

/**
 * A row is a live state, recorded in the same commit as the change to it, and deleted once it is published. It is a table of
 * its own so that facts and states never wait for each other.
 */
export const LiveOutboxRow = defineEntity({ name: 'LiveOutbox', tableName: 'live_outbox', properties: message })

export class ChassisTables extends Migration {
  override up(): void {
    this.addSql(`
      create table outbox (
        position bigint generated always as identity primary key,
        id uuid not null unique,
        subject text not null,
        key text not null,
        message jsonb not null,
        sequence bigint,            -- where the stream stores it; null: unpublished      
        stream_created timestamptz  -- that stream's incarnation: a new one starts at 1 again
      );
      create index outbox_unpublished on outbox (position) where sequence is null;
      create index outbox_published on outbox (stream_created, sequence) where sequence is not null;
      create function wake_relay() returns trigger language plpgsql as $$ begin notify outbox; return null; end $$;
      create trigger wake_relay after insert on outbox for each statement execute function wake_relay();
      create table inbox (fact_id uuid primary key, heard_at timestamptz not null default now());
      create table key_uses (id text primary key, input_digest text not null, result_id uuid not null, version int not null default 1);
      -- Facts that could not be handled, unchanged (maybe not JSON), for the operator.
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

export class ChassisLive extends Migration {
  override up(): void {
    this.addSql(`
      create table live_outbox (
        position bigint generated always as identity primary key,
        id uuid not null,
        subject text not null,
        key text not null,
        message jsonb not null
      );
      create index live_outbox_subject on live_outbox (subject);
      create function wake_live_relay() returns trigger language plpgsql as $$ begin notify live_outbox; return null; end $$;
      create trigger wake_live_relay after insert on live_outbox for each statement execute function wake_live_relay();
    `)
  }
}

export class ChassisLivePlace extends Migration {
  override up(): void {
    this.addSql(`
      create table live_place ( -- Where LIVE stores the newest message deleted from live_outbox.
        one boolean primary key default true check (one),
        created text not null, -- the stream's incarnation, in nanoseconds
        sequence bigint not null,
        id text not null
      );
    `)
  }
}

export class ChassisRepublished extends Migration {
  override up(): void {
    // `republished`: the stream's limits have removed the message, and it was published again. If they remove it once more,
    // its sequence becomes 0, and it is withheld until the stream has no limits.
    this.addSql('alter table outbox add column republished boolean not null default false;')
  }
}

export class ChassisInboxTypes extends Migration {
  override up(): void {
    this.addSql(`
      alter table inbox
        add column type text not null default '', -- '': recorded by an earlier version
        drop constraint inbox_pkey,
        add primary key (fact_id, type);
    `)
  }
}

/** The uses of idempotency keys (idempotency.ts, KeyUse). `ChassisTables` creates its table. */
export const KeyUseRow = defineEntity({
  name: 'KeyUse',
  tableName: 'key_uses',
  properties: { id: p.text().primary(), inputDigest: p.text(), resultId: p.uuid(), version: p.integer().version() },
})
