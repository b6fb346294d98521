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

/** For the few orders that are being cancelled, among all that there ever were. */
class Cancelling extends Migration {
  override up(): void {
    this.addSql(`create index orders_cancelling on orders (id) where status = 'CANCELLING';`)
  }
}

/** The index is for counting the places of a window; it has the orders that hold one, as `bookedIn` asks for them. */
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
      create index orders_booked on orders (store_id, ((promise->>'startsAt') collate "C"))
        where promise is not null and status not in ('EXPIRED', 'CANCELLED', 'REJECTED');
      create table calendars (id uuid primary key, calendar_version int not null, calendar jsonb not null, version int not null default 1);
      create table booking_days (id text primary key, version int not null default 1);
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

export const migrations = {
  '0001-orders': Orders,
  '0002-buyers': Buyers,
  '0003-cancelling': Cancelling,
  '0004-windows': Windows,
  '0005-made-to-order': MadeToOrder,
  '0006-attempts': Attempts,
}
