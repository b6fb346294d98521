import { MOST_MONEY } from '../../../schema/events/common.ts'
import type { Tx } from '../../../subgraphs/order/application/ports.ts'
import { confirm, type OrderStatus } from '../../../subgraphs/order/domain/order.ts'
import { hears as orderHears } from '../../../subgraphs/order/inbound/nats/hears.ts'
import type { Plant } from '../plant.ts'
import { lastWriteWins, saving, withTable } from './table-changes.ts'

/** Mistakes in order, item, store and delivery. */
export const orders = {
  /** Stock is read, changed and written without a lock or a version check. */
  'unlocked-stock': { item: (ports) => ({ ...ports, transact: lastWriteWins(ports.transact, 'items') }) },

  /** Concurrent changes by a rider and a cancellation overwrite each other. */
  'unversioned-deliveries': {
    delivery: (ports) => ({ ...ports, transact: lastWriteWins(ports.transact, 'deliveries') }),
  },

  /** An order that is cancelled before it reaches the store is opened there later. */
  'no-store-tombstone': {
    store: (ports) => ({
      ...ports,
      transact: withTable(
        ports.transact,
        'storeOrders',
        saving(({ status }) => status !== 'TOMBSTONE'),
      ),
    }),
  },

  /** An order that is cancelled before it is confirmed reserves stock for ever. */
  'no-item-tombstone': {
    item: (ports) => ({
      ...ports,
      transact: withTable(
        ports.transact,
        'reservations',
        saving(({ status }) => status !== 'TOMBSTONE'),
      ),
    }),
  },

  /** A cancellation that reaches delivery before Decorated is not remembered. */
  'no-delivery-tombstone': {
    delivery: (ports) => ({
      ...ports,
      transact: withTable(
        ports.transact,
        'deliveries',
        saving(({ storeId }) => storeId !== null),
      ),
    }),
  },

  /** Facts set the order's status without regard to the present one. */
  'status-goes-back': {
    orderHears: {
      ...orderHears,
      Received: (tx, fact) => become(tx, fact, 'RECEIVED'),
      Decorated: (tx, fact) => become(tx, fact, 'DECORATED'),
      DepartedForDelivery: (tx, fact) => become(tx, fact, 'OUT_FOR_DELIVERY'),
    },
  },

  /** A paid order is cancelled at once, though store or delivery may be working on it. */
  'no-semantic-lock': {
    order: (ports) => ({
      ...ports,
      transact: (cause, work) =>
        ports.transact(cause, (tx) =>
          work({
            ...tx,
            orders: {
              ...tx.orders,
              save: (order) =>
                tx.orders.save(order.status === 'CANCELLING' ? { ...order, status: 'CANCELLED' } : order),
            },
            say: (facts) =>
              tx.say(
                facts.map((fact) =>
                  fact.type === 'CancellationRequested'
                    ? { type: 'OrderCancelled', data: { ...fact.data, reason: 'CUSTOMER' } }
                    : fact,
                ),
              ),
          }),
        ),
    }),
  },

  /** Each request with the same idempotency key places an order. */
  'unkeyed-orders': {
    order: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'keyUses', () => ({ find: async () => null, save: () => {} })),
    }),
  },

  /** Each request with the same idempotency key changes the stock. */
  'unkeyed-stock': {
    item: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'keyUses', () => ({ find: async () => null, save: () => {} })),
    }),
  },

  /** order's menu accepts the fact received last, even if its version is older. */
  'menu-takes-any-version': {
    order: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'menu', (menu) => ({
        find: async (id) => {
          const item = await menu.find(id)
          return item && { ...item, priceVersion: 0, availableVersion: 0 }
        },
      })),
    }),
  },

  /** A payment that arrives too late confirms an order that is expired or cancelled. */
  'late-payment-revives-order': {
    orderHears: {
      ...orderHears,
      Paid: async (tx, fact) => {
        const order = await tx.orders.find(fact.data.orderId)
        if (order?.status !== 'EXPIRED' && order?.status !== 'CANCELLED') return orderHears.Paid?.(tx, fact)
        const confirmed = confirm({ ...order, status: 'AWAITING_PAYMENT' })
        tx.orders.save(confirmed.order)
        tx.say(confirmed.says)
      },
    },
  },

  /** The present price is charged without comparing it with the customer's expectedTotal. */
  'total-not-compared': {
    orderCommands: ({ placeOrder, ...others }) => ({
      ...others,
      placeOrder: (customerId, input) =>
        placeOrder(customerId, { ...(input as object), expectedTotal: { amount: MOST_MONEY, currency: 'KRW' } }),
    }),
  },

  /** A customer's unpaid orders are counted without a lock, so two concurrent requests may both take the last place. */
  'unpaid-unlocked': { order: (ports) => ({ ...ports, transact: lastWriteWins(ports.transact, 'buyers') }) },

  /** Orders that are being charged are not counted as unpaid. */
  'charging-uncounted': {
    order: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'orders', (orders) => ({
        findAll: async (ids) => (await orders.findAll(ids)).filter(({ status }) => status !== 'AWAITING_PAYMENT'),
      })),
    }),
  },

  /** Unpaid orders never expire. */
  'no-expiry': { order: (ports) => ({ ...ports, unpaidSince: async () => [] }) },
} satisfies { [name: string]: Plant }

async function become(tx: Tx, { data }: { data: { orderId: string } }, status: OrderStatus): Promise<void> {
  const order = await tx.orders.find(data.orderId)
  if (order) tx.orders.save({ ...order, status })
}
