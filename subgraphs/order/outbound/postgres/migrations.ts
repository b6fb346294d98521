import { Migration } from '@mikro-orm/migrations'

class Orders extends Migration {
  override up(): void {
    this.addSql(`
      create table orders (
        id uuid primary key,
        customer_id uuid not null,
        store_id uuid not null,
        status text not null,
        lines jsonb not null,
        total jsonb not null,
        recipient jsonb not null,
        card_message text,
        placed_at timestamptz(3) not null,
        pay_by timestamptz(3) not null,
        cancellation_reason text,
        awaits_rider boolean not null,
        rider_id uuid,
        version int not null default 1
      );
      create index orders_unpaid on orders (pay_by) where status in ('AWAITING_PAYMENT', 'PAYMENT_FAILED');
      create table menu (
        id uuid primary key,
        store_id uuid,
        name text,
        price jsonb,
        price_version int not null,
        available int not null,
        available_version int not null,
        withdrawn boolean not null,
        version int not null default 1
      );
      create table stores (id uuid primary key, owner_id uuid not null, name text not null, version int not null default 1);
    `)
  }
}

class Buyers extends Migration {
  override up(): void {
    this.addSql(`
      create table buyers (id uuid primary key, unpaid jsonb not null, declined jsonb not null, version int not null default 1);
      insert into buyers (id, unpaid, declined)
        select customer_id, jsonb_agg(id order by placed_at), '[]' from orders
        where status in ('AWAITING_PAYMENT', 'PAYMENT_FAILED') group by customer_id;
    `)
  }
}

/** Its index is built after it; the name stays, for the databases that have run it. */
class Cancelling extends Migration {
  override up(): void {}
}

class Windows extends Migration {
  override up(): void {
    this.addSql(`
      alter table orders
        add column delivery_fee jsonb,
        add column promise jsonb,
        add column holds_place boolean not null default false,
        add column ribbon jsonb,
        add column sender jsonb,
        add column substitution text;
      create table calendars (id uuid primary key, calendar_version int not null, calendar jsonb not null, version int not null default 1);
      create table booked_stores (id uuid primary key, version int not null default 1);
    `)
  }
}

/** Items that have no stock. The release before neither reads nor writes it. */
class MadeToOrder extends Migration {
  override up(): void {
    this.addSql('alter table menu add column made_to_order boolean not null default false;')
  }
}

/**
 * Attempts and corrections, which the release before neither reads nor writes. `awaits_rider` and `rider_id` are for that release only:
 * delivery knows which rider may read what.
 */
class Attempts extends Migration {
  override up(): void {
    this.addSql(`
      alter table orders
        alter column awaits_rider set default false,
        add column attempt int not null default 0,
        add column attempt_failed boolean not null default false,
        add column corrections int not null default 0;
    `)
  }
}

/** Customers who have erased their account. The release before knows nothing of it: an order that it ends is erased by this release. */
class Erasing extends Migration {
  override up(): void {
    this.addSql('alter table buyers add column erasure text;')
  }
}

export const migrations = {
  '0001-orders': Orders,
  '0002-buyers': Buyers,
  '0003-cancelling': Cancelling,
  '0004-windows': Windows,
  '0005-made-to-order': MadeToOrder,
  '0006-attempts': Attempts,
  '0007-erasing': Erasing,
}

export const indexes = {
  // The few that are being cancelled, among all orders that there ever were.
  orders_cancelling: "orders (id) where status = 'CANCELLING'",
  // The orders that hold a place in a window, as `bookedIn` counts them.
  orders_booked: `orders (store_id, ((promise->>'startsAt') collate "C")) where promise is not null and status not in ('EXPIRED', 'CANCELLED', 'REJECTED')`,
  // A customer's orders that still name somebody, and the few customers with something left to erase.
  orders_unerased: "orders (customer_id) where recipient->>'name' <> ''",
  buyers_to_erase: "buyers (id) where erasure = 'DUE'",
}
