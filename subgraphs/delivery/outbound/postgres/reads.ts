import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { type Connection, type PageArguments, pageByTime } from '../../../../chassis/graphql/connection.ts'
import type { Feed } from '../../../../chassis/nats/snapshots.ts'
import { byIds, snapshotRows } from '../../../../chassis/postgres/reads.ts'
import { carried, FEED, shownToAll, shownToRider, WAITING } from '../../application/show.ts'
import type { Delivery, DeliveryStatus, KnownDelivery } from '../../domain/delivery.ts'
import { DeliveryRow } from './rows.ts'

/** Reads of one request: one query for each kind, whatever the number of rows. */
export type Reads = {
  deliveries: DataLoader<string, Delivery | null>
  /** The waiting deliveries and this rider's own, with one of the statuses (null: any), earliest window first. */
  pageFor(riderId: string, status: DeliveryStatus[] | null, page: PageArguments): Promise<Connection<KnownDelivery>>
}

export function readsOf(orm: MikroORM): Reads {
  const em: EntityManager = orm.em.fork()
  return {
    deliveries: new DataLoader((ids) => byIds<Delivery>(em, DeliveryRow, ids)),
    pageFor: (riderId, status, page) => {
      const asked = status ? { status: { $in: status } } : {}
      const anyOf = [{ status: 'REQUESTED' }, { riderId }].map((readable) => ({ $and: [readable, asked] }))
      return pageByTime<KnownDelivery>(em, DeliveryRow, { anyOf, time: 'windowStartsAt', page })
    },
  }
}

/**
 * The ids of deliveries whose `dueAt` has passed and that still wait, earliest first. The release before neither reads nor clears
 * `dueAt`, so what it did with a delivery leaves one behind.
 */
export async function deliveriesDueAt(orm: MikroORM, now: Date, limit: number): Promise<string[]> {
  const where = { status: { $in: ['ATTEMPTED', 'REQUESTED'] }, dueAt: { $lte: now } } as const
  const due = await orm.em.fork().find(DeliveryRow, where, { fields: ['id'], orderBy: { dueAt: 'asc' }, limit })
  return due.map(({ id }) => id)
}

/** The present live states of the waiting deliveries, or of a rider's own. */
export const feedOf = (orm: MikroORM): Feed => ({
  name: FEED,
  find: async ({ audience: [riderId, ...more], id }, page) => {
    if (!riderId || more.length) return []
    const em = orm.em.fork()
    if (riderId === WAITING) {
      const waiting = { audience: {}, open: { status: 'REQUESTED' }, id: null }
      // These cannot be requested by id.
      return id === null ? (await snapshotRows<KnownDelivery>(em, DeliveryRow, waiting, page)).map(shownToAll) : []
    }
    const own = { audience: { riderId }, open: { status: { $in: carried } }, id }
    const deliveries = await snapshotRows<KnownDelivery>(em, DeliveryRow, own, page)
    return deliveries.map((delivery) => shownToRider(delivery, riderId))
  },
})
