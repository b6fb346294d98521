import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { type Connection, type PageArguments, pageById } from '../../../../chassis/graphql/connection.ts'
import type { Feed } from '../../../../chassis/nats/snapshots.ts'
import { byIds, snapshotRows } from '../../../../chassis/postgres/reads.ts'
import { FEED, shownToAll, shownToRider, WAITING } from '../../application/show.ts'
import type { Delivery, DeliveryStatus, KnownDelivery } from '../../domain/delivery.ts'
import { DeliveryRow } from './rows.ts'

/** Reads for one request: one query per kind, however many are asked for. */
export type Reads = {
  deliveries: DataLoader<string, Delivery | null>
  /** What waits for a rider and this rider's own, in any of the states (null: in all), the newest first. */
  pageFor(riderId: string, status: DeliveryStatus[] | null, page: PageArguments): Promise<Connection<KnownDelivery>>
}

export function readsOf(orm: MikroORM): Reads {
  const em: EntityManager = orm.em.fork()
  return {
    deliveries: new DataLoader((ids) => byIds<Delivery>(em, DeliveryRow, ids)),
    pageFor: (riderId, status, page) => {
      const readable = { $or: [{ status: 'REQUESTED' }, { riderId }] }
      const where = status ? { $and: [readable, { status: { $in: status } }] } : readable
      return pageById<KnownDelivery>(em, DeliveryRow, { where, page, order: 'desc' })
    },
  }
}

/** What waits for a rider, or a rider's own deliveries, look like now. */
export const feedOf = (orm: MikroORM): Feed => ({
  name: FEED,
  find: async ({ audience: [riderId, ...more], id }, page) => {
    if (!riderId || more.length) return []
    const em = orm.em.fork()
    if (riderId === WAITING) {
      const waiting = { audience: {}, open: { status: 'REQUESTED' }, id: null }
      // Nobody asks for one of these by its id: it is told where it is its rider's.
      return id === null ? (await snapshotRows<KnownDelivery>(em, DeliveryRow, waiting, page)).map(shownToAll) : []
    }
    const own = { audience: { riderId }, open: { status: 'DEPARTED' }, id }
    const deliveries = await snapshotRows<KnownDelivery>(em, DeliveryRow, own, page)
    return deliveries.map((delivery) => shownToRider(delivery, riderId))
  },
})
