import type { MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { type Connection, type PageArguments, pageById } from '../../../../chassis/graphql/connection.ts'
import type { Feed } from '../../../../chassis/nats/snapshots.ts'
import { byIds, snapshotRows } from '../../../../chassis/postgres/reads.ts'
import type { StoreName } from '../../application/ports.ts'
import { FEED, shownEntry } from '../../application/show.ts'
import type { MyPageEntry, Stub } from '../../domain/entry.ts'
import { closedStatuses } from '../../domain/statuses.ts'
import { EntryRow, StoreNameRow } from './rows.ts'

export type Filter = 'ALL' | 'OPEN' | 'CLOSED'

/** Reads of one request: one query for each kind, whatever the number of rows. */
export type Reads = {
  /** By the order's id, including stubs. */
  entries: DataLoader<string, MyPageEntry | Stub | null>
  storeNames: DataLoader<string, StoreName | null>
  /** A customer's entries, newest first. */
  page(customerId: string, filter: Filter, page: PageArguments): Promise<Connection<MyPageEntry>>
}

const only = {
  ALL: {},
  OPEN: { orderStatus: { $nin: closedStatuses } },
  CLOSED: { orderStatus: { $in: closedStatuses } },
}

export function readsOf(orm: MikroORM): Reads {
  const em = orm.em.fork()
  return {
    entries: new DataLoader((ids) => byIds<MyPageEntry | Stub>(em, EntryRow, ids)),
    storeNames: new DataLoader((ids) => byIds<StoreName>(em, StoreNameRow, ids)),
    page: (customerId, filter, page) => {
      // Stubs have no customer. Ids of orders are ordered by time.
      const where = { customerId, ...only[filter] }
      return pageById<MyPageEntry>(em, EntryRow, { where, page, order: 'desc' })
    },
  }
}

/** The present live states of a customer's open entries, or of the entry `id`. */
export const feedOf = (orm: MikroORM): Feed => ({
  name: FEED,
  find: async ({ audience: [customerId, ...more], id }, page) => {
    if (!customerId || more.length) return []
    const em = orm.em.fork()
    // Stubs have no customer, so there are none among them.
    const entries = await snapshotRows<MyPageEntry>(
      em,
      EntryRow,
      { audience: { customerId }, open: only.OPEN, id },
      page,
    )
    const stores = await byIds<StoreName>(em, StoreNameRow, [...new Set(entries.map(({ storeId }) => storeId))])
    const names = new Map(stores.map((store) => [store?.id, store]))
    return entries.map((entry) => shownEntry(entry, names.get(entry.storeId) ?? null))
  },
})
