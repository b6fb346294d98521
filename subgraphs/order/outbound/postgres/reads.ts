import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { byIds } from '../../../../chassis/postgres/reads.ts'
import type { Calendar } from '../../../../schema/calendar/calendar.ts'
import type { KnownStore, Span } from '../../application/ports.ts'
import type { Order } from '../../domain/order.ts'
import { OrderRow, StoreRow } from './rows.ts'
import { bookedIn, calendarsOf } from './windows.ts'

/** Reads of one request: one query for each kind, whatever the number of rows. */
export type Reads = {
  orders: DataLoader<string, Order | null>
  stores: DataLoader<string, KnownStore | null>
  calendars: DataLoader<string, Calendar>
  /** The orders that hold a place in a window. */
  booked: DataLoader<Span, number, string>
  /** The number of days whose windows were shown. */
  shown: { days: number }
}

export const readsOf = (orm: MikroORM): Reads => {
  const em: EntityManager = orm.em.fork()
  return {
    orders: new DataLoader((ids) => byIds<Order>(em, OrderRow, ids)),
    stores: new DataLoader((ids) => byIds<KnownStore>(em, StoreRow, ids)),
    calendars: new DataLoader((ids) => calendarsOf(em, ids)),
    booked: new DataLoader((spans) => bookedIn(em, spans), {
      cacheKeyFn: ({ storeId, startsAt, endsAt }) => `${storeId} ${startsAt.getTime()} ${endsAt.getTime()}`,
    }),
    shown: { days: 0 },
  }
}

/** The ids of unpaid orders whose payBy is before `before`, oldest first. */
export async function unpaidSince(orm: MikroORM, before: Date, limit: number): Promise<string[]> {
  const due = await orm.em
    .fork()
    .find(
      OrderRow,
      { status: { $in: ['AWAITING_PAYMENT', 'PAYMENT_FAILED'] }, payBy: { $lt: before } },
      { fields: ['id'], orderBy: { payBy: 'asc' }, limit },
    )
  return due.map(({ id }) => id)
}
