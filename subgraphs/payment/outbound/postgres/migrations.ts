import { Migration } from '@mikro-orm/migrations'

class Payments extends Migration {
  override up(): void {
    this.addSql(`
      create table payments (
        id uuid primary key,
        customer_id uuid,
        amount jsonb,
        status text not null,
        closed boolean not null,
        attempts jsonb not null,
        refund jsonb,
        due_at timestamptz(3),
        version int not null default 1
      );
      create index payments_due on payments (due_at) where due_at is not null;
    `)
  }
}

class Payers extends Migration {
  override up(): void {
    this.addSql(
      'create table payers (id uuid primary key, declined jsonb not null, open jsonb not null, version int not null default 1);',
    )
  }
}

class OrdersHeard extends Migration {
  override up(): void {
    this.addSql(`
      alter table payments add column ordered_at timestamptz(3), add column charged_at timestamptz(3);
    `)
  }
}

/** The release before neither reads nor writes these columns. */
class PartRefunds extends Migration {
  override up(): void {
    this.addSql(`
      alter table payments add column store_id uuid, add column parts jsonb not null default '[]';
      create table stores (id uuid primary key, owner_id uuid not null, version int not null default 1);
    `)
  }
}

export const migrations = {
  '0001-payments': Payments,
  '0002-payers': Payers,
  '0003-orders-heard': OrdersHeard,
  '0004-part-refunds': PartRefunds,
}

export const indexes = {
  payments_ordered: 'payments (ordered_at)',
  payments_unheard: 'payments (charged_at) where ordered_at is null and not closed',
}
