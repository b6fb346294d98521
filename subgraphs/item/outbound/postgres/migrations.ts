import { Migration } from '@mikro-orm/migrations'

class ItemTables extends Migration {
  override up(): void {
    this.addSql(`
      create table item (
        id uuid primary key,
        store_id uuid not null,
        name text not null,
        price jsonb not null,
        available integer not null check (available >= 0), -- the net under the row locks: nothing is sold twice
        withdrawn boolean not null,
        item_version integer not null,
        version integer not null default 1
      );
      create index item_menu on item (store_id, id) where not withdrawn;
      create table reservation (
        id uuid primary key, -- the order's
        status text not null check (status in ('RESERVED', 'OUT', 'RELEASED', 'TOMBSTONE')),
        lines jsonb not null,
        version integer not null default 1
      );
      create table stores (
        id uuid primary key,
        owner_id uuid not null,
        name text not null,
        version integer not null default 1
      );
    `)
  }
}

/** The number of items on each store's menu. */
class ItemCounts extends Migration {
  override up(): void {
    this.addSql(`
      alter table stores add column items int not null default 0;
      update stores set items = (select count(*) from item where item.store_id = stores.id and not withdrawn);
    `)
  }
}

/** A process of the release before registers items with a stock only, and takes `available` of the others for theirs (domain/item.ts). */
class MadeToOrder extends Migration {
  override up(): void {
    this.addSql('alter table item add column made_to_order boolean not null default false;')
  }
}

class ItemPhotos extends Migration {
  override up(): void {
    this.addSql(`
      alter table item add column photo uuid;
      create table photo_uses (
        id uuid primary key, -- the photo's
        item_id uuid not null,
        version integer not null default 1
      );
    `)
  }
}

export const migrations = {
  '0001-item': ItemTables,
  '0002-item-counts': ItemCounts,
  '0003-made-to-order': MadeToOrder,
  '0004-item-photos': ItemPhotos,
}
