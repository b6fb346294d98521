import { Migration } from '@mikro-orm/migrations'

class Deliveries extends Migration {
  override up(): void {
    this.addSql(`
      create table deliveries (
        id uuid primary key,
        status text not null,
        store_id uuid,
        owner_id uuid,
        customer_id uuid,
        rider_id uuid,
        departed_at timestamptz(3),
        completed_at timestamptz(3),
        proof jsonb,
        version int not null default 1,
        check (status = 'CANCELLED' or (store_id is not null and owner_id is not null and customer_id is not null)),
        check (status not in ('DEPARTED', 'COMPLETED') or rider_id is not null)
      );
      create index deliveries_requested on deliveries (id) where status = 'REQUESTED';
      create index deliveries_of_rider on deliveries (rider_id, id);
    `)
  }
}

class Revisions extends Migration {
  override up(): void {
    this.addSql(`
      alter table deliveries add column revision int not null default 1;
    `)
  }
}

/** Promised windows. */
class Windows extends Migration {
  override up(): void {
    this.addSql(`
      alter table deliveries
        add column window_starts_at timestamptz(3),
        add column window_ends_at timestamptz(3),
        add column time_zone text;
    `)
  }
}

/**
 * Attempts, and what ends by itself. The release before neither reads nor writes them: of its departures and completions the log is
 * made when it is read (domain/attempts.ts, `logOf`).
 */
class Attempts extends Migration {
  override up(): void {
    this.addSql(`
      alter table deliveries
        add column attempt int not null default 1,
        add column attempts jsonb not null default '[]',
        add column returned_at timestamptz(3),
        add column due_at timestamptz(3),
        add column link_serial int not null default 0,
        add column link_forbidden boolean not null default false;
      create table calendars (id uuid primary key, calendar_version int not null, calendar jsonb not null, version int not null default 1);
    `)
  }
}

export const migrations = {
  '0001-deliveries': Deliveries,
  '0002-revisions': Revisions,
  '0003-windows': Windows,
  '0004-attempts': Attempts,
}

export const indexes = {
  // For snapshots of a rider's own open deliveries (reads.ts, `feedOf`).
  deliveries_departed: "deliveries (rider_id, id) where status = 'DEPARTED'",
  // For the list that is sorted by the promised windows (reads.ts, `pageFor`).
  deliveries_waiting_by_window: "deliveries (window_starts_at, id) where status = 'REQUESTED'",
  deliveries_of_rider_by_window: 'deliveries (rider_id, window_starts_at, id)',
  // For what ends by itself, and again for snapshots.
  deliveries_due: "deliveries (due_at) where status in ('ATTEMPTED', 'REQUESTED')",
  deliveries_carried: "deliveries (rider_id, id) where status in ('DEPARTED', 'ATTEMPTED')",
}
