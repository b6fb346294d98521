import { Migration } from '@mikro-orm/migrations'

class Stores extends Migration {
  override up(): void {
    this.addSql(`
      create table stores (
        id uuid primary key,
        owner_id uuid not null,
        name text not null,
        version int not null default 1
      );
      create index stores_of_owner on stores (owner_id);
      create table store_orders (
        id uuid primary key,
        status text not null,
        store_id uuid references stores,
        owner_id uuid,
        customer_id uuid,
        rejection_reason text,
        version int not null default 1,
        check (status = 'TOMBSTONE' or (store_id is not null and owner_id is not null and customer_id is not null))
      );
      create index store_orders_of_store on store_orders (store_id, id);
    `)
  }
}

class Revisions extends Migration {
  override up(): void {
    this.addSql(`
      alter table store_orders add column revision int not null default 1;
    `)
  }
}

/** The number of stores of each owner, which is locked for changes. */
class Owners extends Migration {
  override up(): void {
    this.addSql(`
      create table owners (id uuid primary key, stores int not null, version int not null default 1);
      insert into owners (id, stores) select owner_id, count(*) from stores group by owner_id;
    `)
  }
}

/** What was returned in parts. The release before neither reads nor writes it. */
class Refunds extends Migration {
  override up(): void {
    this.addSql(`
      alter table store_orders add column refunded_total int not null default 0;
      create table refunds (id uuid primary key, total int not null, version int not null default 1);
    `)
  }
}

/**
 * Calendars, and what orders with a delivery window have. The release before writes none of it: an order that it opens is never
 * rejected by itself.
 */
class Calendars extends Migration {
  override up(): void {
    this.addSql(`
      create table calendars (
        id uuid primary key references stores,
        calendar_version int not null,
        calendar jsonb not null,
        changed_at jsonb not null,
        version int not null default 1
      );
      alter table store_orders
        add column rejection_cause text,
        add column promise jsonb,
        add column substitution text,
        add column accept_by timestamptz(3),
        add column substituted text;
    `)
  }
}

/** Changes of calendars are counted for each owner, no longer for each store in `calendars.changed_at`. */
class CalendarChanges extends Migration {
  override up(): void {
    this.addSql(`
      alter table owners add column calendar_changes jsonb not null default '[]';
      alter table calendars alter column changed_at set default '[]';
    `)
  }
}

class ReadyPhotos extends Migration {
  override up(): void {
    this.addSql('alter table store_orders add column photo uuid;')
  }
}

export const migrations = {
  '0001-stores': Stores,
  '0002-revisions': Revisions,
  '0003-owners': Owners,
  '0004-refunds': Refunds,
  '0005-calendars': Calendars,
  '0006-calendar-changes': CalendarChanges,
  '0007-ready-photos': ReadyPhotos,
}

export const indexes = {
  // For snapshots of a store's open orders (reads.ts, `feedOf`).
  store_orders_open: "store_orders (store_id, id) where status in ('NEW', 'RECEIVED', 'DECORATED', 'HANDED_OVER')",
  // For the timer (reads.ts, `unacceptedAt`): the few orders that are waiting for their florist.
  store_orders_unaccepted: "store_orders (accept_by) where status = 'NEW'",
}
