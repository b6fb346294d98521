import { Migration } from '@mikro-orm/migrations'

class MyPage extends Migration {
  override up(): void {
    this.addSql(`
      create table entries (
        id uuid primary key,
        customer_id uuid,
        store_id uuid,
        total jsonb,
        summary text,
        placed_at timestamptz(3),
        order_status text not null,
        payment_status text,
        delivery_status text,
        timeline jsonb not null,
        revision int not null,
        updated_at timestamptz(3) not null,
        version int not null default 1,
        -- All of what Ordered tells, or nothing of it.
        check (num_nulls(customer_id, store_id, total, summary, placed_at) in (0, 5))
      );
      create index entries_of_customer on entries (customer_id, id desc) where customer_id is not null;
      create table store_names (id uuid primary key, name text not null, version int not null default 1);
    `)
  }
}

/** Its index is built after it; the name stays, for the databases that have run it. */
class OpenEntries extends Migration {
  override up(): void {}
}

/** What was returned in parts. The release before neither reads nor writes it. */
class Refunds extends Migration {
  override up(): void {
    this.addSql('alter table entries add column refunded_total int not null default 0;')
  }
}

/** Windows. The release before neither reads nor writes it, and entries from before have none. */
class Promises extends Migration {
  override up(): void {
    this.addSql('alter table entries add column promise jsonb;')
  }
}

export const migrations = {
  '0001-my-page': MyPage,
  '0002-open-entries': OpenEntries,
  '0003-refunds': Refunds,
  '0004-promises': Promises,
}

/** For snapshots of the open entries (reads.ts, `feedOf`). */
export const indexes = {
  entries_open: "entries (customer_id, id) where order_status not in ('DELIVERED', 'CANCELLED', 'REJECTED', 'EXPIRED')",
}
