import { MOST_MONEY } from '../../../schema/events/common.ts'
import type { Tx } from '../../../subgraphs/order/application/ports.ts'
import { confirm, type OrderStatus } from '../../../subgraphs/order/domain/order.ts'
import { hears as orderHears } from '../../../subgraphs/order/inbound/nats/hears.ts'
import type { Plant } from '../plant.ts'
import { lastOneWins, saving, withTable } from './stand-ins.ts'

/** Rules of order, item, store and delivery. */
export const orders = {
  /** Stock is read, counted and written without a lock, and without looking whether it has changed meanwhile. */
  'unlocked-stock': { item: (ports) => ({ ...ports, transact: lastOneWins(ports.transact, 'items') }) },

  /** Riders and cancellations don't see each other. */
  'unversioned-deliveries': {
    delivery: (ports) => ({ ...ports, transact: lastOneWins(ports.transact, 'deliveries') }),
  },

  /** An order that is cancelled before it reaches the florist is opened after it. */
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

  /** A cancellation that comes before the decorated flowers leaves nothing behind. */
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

  /** A fact makes of the order what it says, whatever the order is. */
  'status-goes-back': {
    orderHears: {
      ...orderHears,
      Received: (tx, fact) => become(tx, fact, 'RECEIVED'),
      Decorated: (tx, fact) => become(tx, fact, 'DECORATED'),
      DepartedForDelivery: (tx, fact) => become(tx, fact, 'OUT_FOR_DELIVERY'),
    },
  },

  /** A paid order is cancelled at once, whoever is working on it. */
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

  /** The same key makes an order every time. */
  'unkeyed-orders': {
    order: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'keyUses', () => ({ find: async () => null, save: () => {} })),
    }),
  },

  /** The same key changes the stock every time. */
  'unkeyed-stock': {
    item: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'keyUses', () => ({ find: async () => null, save: () => {} })),
    }),
  },

  /** order's menu shows what it heard last, not what is newest. */
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

  /** Money that comes too late makes the deal stand again. */
  'paid-revives': {
    orderHears: {
      ...orderHears,
      Paid: async (tx, fact) => {
        const order = await tx.orders.find(fact.data.orderId)
        if (order?.status !== 'EXPIRED' && order?.status !== 'CANCELLED') return orderHears.Paid?.(tx, fact)
        const revived = confirm({ ...order, status: 'AWAITING_PAYMENT' })
        tx.orders.save(revived.order)
        tx.say(revived.says)
      },
    },
  },

  /** The menu's price is charged, whatever the customer was shown. */
  'total-not-compared': {
    orderCommands: ({ placeOrder, ...others }) => ({
      ...others,
      placeOrder: (customerId, input) =>
        placeOrder(customerId, { ...(input as object), expectedTotal: { amount: MOST_MONEY, currency: 'KRW' } }),
    }),
  },

  /** A customer's unpaid orders are counted without a lock: each of two at once is the last. */
  'unpaid-unlocked': { order: (ports) => ({ ...ports, transact: lastOneWins(ports.transact, 'buyers') }) },

  /** Orders that are being charged are not counted at all. */
  'charging-uncounted': {
    order: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'orders', (orders) => ({
        findAll: async (ids) => (await orders.findAll(ids)).filter(({ status }) => status !== 'AWAITING_PAYMENT'),
      })),
    }),
  },

  /** Unpaid orders wait for ever. */
  'no-expiry': { order: (ports) => ({ ...ports, unpaidSince: async () => [] }) },
} satisfies { [name: string]: Plant }

async function become(tx: Tx, { data }: { data: { orderId: string } }, status: OrderStatus): Promise<void> {
  const order = await tx.orders.find(data.orderId)
  if (order) tx.orders.save({ ...order, status })
}
