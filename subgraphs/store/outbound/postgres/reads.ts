import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { type Connection, type PageArguments, pageById, readPage } from '../../../../chassis/graphql/connection.ts'
import type { Feed } from '../../../../chassis/nats/snapshots.ts'
import { byIds, pagesByParent, snapshotRows } from '../../../../chassis/postgres/reads.ts'
import { FEED, shownOrder } from '../../application/show.ts'
import type { StoreCalendar } from '../../domain/calendar.ts'
import { MOST_LISTED, type Store } from '../../domain/store.ts'
import { type OpenedOrder, openStatuses, type StoreOrder, type StoreOrderStatus } from '../../domain/store-order.ts'
import { CalendarRow, StoreOrderRow, StoreRow } from './rows.ts'

/** Reads of one request: one query for each kind, whatever the number of rows. */
export type Reads = {
  stores: DataLoader<string, Store | null>
  calendars: DataLoader<string, StoreCalendar | null>
  storeOrders: DataLoader<string, StoreOrder | null>
  /** An owner's stores, oldest first; at most 100, the limit's maximum. */
  storesOf(ownerId: string): Promise<Store[]>
  /** All stores, oldest first. */
  storePage(page: PageArguments): Promise<Connection<Store>>
  /** A store's orders with one of the statuses (null: any), newest first. Tombstones belong to no store. */
  ordersOf(storeId: string, status: StoreOrderStatus[] | null, page: PageArguments): Promise<Connection<OpenedOrder>>
}

const ALL = { sql: 'true', values: [] }

export function readsOf(orm: MikroORM): Reads {
  const em: EntityManager = orm.em.fork()
  const owned = pagesByParent<Store>(em, StoreRow, { parent: 'ownerId', order: 'asc' })
  const orders = pagesByParent<OpenedOrder>(em, StoreOrderRow, { parent: 'storeId', order: 'desc' })
  return {
    stores: new DataLoader((ids) => byIds<Store>(em, StoreRow, ids)),
    calendars: new DataLoader((ids) => byIds<StoreCalendar>(em, CalendarRow, ids)),
    storeOrders: new DataLoader((ids) => byIds<StoreOrder>(em, StoreOrderRow, ids)),
    storesOf: async (parentId) =>
      (await owned.load({ parentId, page: { limit: MOST_LISTED, afterId: null }, where: ALL })).nodes,
    storePage: (page) => pageById<Store>(em, StoreRow, { where: {}, page, order: 'asc' }),
    ordersOf: async (storeId, status, page) =>
      orders.load({
        parentId: storeId,
        page: readPage(page),
        where: status ? { sql: 'status = any(?::text[])', values: [`{${status}}`] } : ALL,
      }),
  }
}

/** The ids of orders that are NEW and should have been accepted by `at`, those that wait longest first; at most `limit`. */
export async function unacceptedAt(orm: MikroORM, at: Date, limit: number): Promise<string[]> {
  const where = { status: 'NEW', acceptBy: { $lte: at } } as const
  const due = await orm.em.fork().find(StoreOrderRow, where, { fields: ['id'], orderBy: { acceptBy: 'asc' }, limit })
  return due.map(({ id }) => id)
}

/** The present live states of a store's open orders, or of the order `id`; only for its owner. */
export const feedOf = (orm: MikroORM): Feed => ({
  name: FEED,
  find: async ({ audience: [ownerId, storeId, ...more], id }, page) => {
    if (!ownerId || !storeId || more.length) return []
    // Tombstones belong to no store, so there are none among them.
    const which = { audience: { ownerId, storeId }, open: { status: { $in: openStatuses } }, id }
    return (await snapshotRows<OpenedOrder>(orm.em.fork(), StoreOrderRow, which, page)).map(shownOrder)
  },
})
