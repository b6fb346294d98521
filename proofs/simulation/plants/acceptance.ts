import type { Ports } from '../../../subgraphs/store/application/ports.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import type { Plant } from '../plant.ts'
import { lastWriteWins, withTable } from './table-changes.ts'

/** Mistakes in rejecting orders that nobody has accepted. */
export const acceptance = {
  /** A process of store rejects as soon as it has started, what its florist could not see while it was down. */
  'reject-unseen': {
    store: (ports) => ({ ...ports, settings: { ...ports.settings, rejectAfterStartMs: 0 } }),
  },

  /** An order is rejected before the time until which it can be accepted. */
  'reject-too-early': {
    store: (ports) => ({
      ...ports,
      unacceptedAt: (at, limit) => ports.unacceptedAt(new Date(at.getTime() + EARLY_MS), limit),
      transact: withTable(ports.transact, 'storeOrders', (orders) => ({
        find: async (id) => early(await orders.find(id)),
      })),
    }),
  },

  /** The timer looks only at the time, not at whether a florist has accepted the order. */
  'reject-received': { store: (ports) => rejectingByTime(ports) },

  /** A florist's receiveOrder and the timer overwrite each other. */
  'unversioned-store-orders': {
    store: (ports) => ({ ...ports, transact: lastWriteWins(ports.transact, 'storeOrders') }),
  },

  /** The timer does not run. */
  'no-acceptance-timer': { store: (ports) => ({ ...ports, unacceptedAt: async () => [] }) },
} satisfies { [name: string]: Plant }

function rejectingByTime(ports: Ports): Ports {
  const times = new Map<string, Date>()
  const due = new Set<string>()
  return {
    ...ports,
    unacceptedAt: async (at, limit) => {
      for (const [id, acceptBy] of times) if (acceptBy <= at) due.add(id)
      return [...due.union(new Set(await ports.unacceptedAt(at, limit)))]
    },
    transact: withTable(ports.transact, 'storeOrders', (orders) => ({
      find: async (id) => {
        const order = await orders.find(id)
        // The timer is the first who reads an order after it was found to be due.
        const isForTimer = due.delete(id)
        if (isForTimer) times.delete(id)
        return isForTimer && order?.status === 'RECEIVED' ? { ...order, status: 'NEW' } : order
      },
      save: (order) => {
        if (order.acceptBy) times.set(order.id, order.acceptBy)
        orders.save(order)
      },
    })),
  }
}

const EARLY_MS = 10_000

const early = (order: StoreOrder | null): StoreOrder | null =>
  order?.acceptBy ? { ...order, acceptBy: new Date(order.acceptBy.getTime() - EARLY_MS) } : order
