import type { Table, Transact } from '../../chassis/transaction.ts'
import type { Fact, Said } from '../../schema/events/facts.ts'
import { followOrder } from '../../subgraphs/my-page/application/follow.ts'
import type { Tx as MyPageTx } from '../../subgraphs/my-page/application/ports.ts'
import type { EntryFactName, MyPageEntry } from '../../subgraphs/my-page/domain/entry.ts'
import { hears as myPageHears } from '../../subgraphs/my-page/inbound/nats/hears.ts'
import type { Tx as OrderTx } from '../../subgraphs/order/application/ports.ts'
import { confirm, type OrderStatus } from '../../subgraphs/order/domain/order.ts'
import { hears as orderHears } from '../../subgraphs/order/inbound/nats/hears.ts'
import type { Payment } from '../../subgraphs/payment/domain/payment.ts'
import type { Plant } from './contexts.ts'

/** A rule switched off, by standing in for a port, a policy or the relay: the simulation must see that it is missing. */
export const PLANTS = {
  /** Facts are on the stream when they are said, whatever becomes of the transaction. */
  'publish-before-commit': {
    all: (transact, publish) => (cause, work) =>
      transact(cause, (tx) =>
        work({
          ...tx,
          say: (facts) => {
            for (const fact of facts) publish(fact, cause)
            tx.say(facts)
          },
        }),
      ),
  },

  /** The relay marks what it is going to publish. */
  'mark-before-ack': {
    outbox: (outbox, stream) => ({
      ...outbox,
      unpublished: async (limit) => {
        const messages = await outbox.unpublished(limit)
        const { created } = await stream.state()
        await outbox.mark(messages.map(({ position }) => ({ position, place: { sequence: 0, created } })))
        return messages
      },
      mark: async () => {},
    }),
  },

  /** A fact is acknowledged before its effect is committed. */
  'ack-before-commit': { acksFirst: true },

  /** A fact is taken for heard, whether or not the transaction commits. */
  'inbox-before-commit': {
    all: (transact) => async (cause, work) => {
      const isFirst = await transact(cause, (tx) => tx.hearsFirst(cause))
      return transact(cause, (tx) => work({ ...tx, hearsFirst: async () => isFirst }))
    },
  },

  /** Every hearing is the first. */
  'no-inbox': {
    all: (transact) => (cause, work) => transact(cause, (tx) => work({ ...tx, hearsFirst: async () => true })),
  },

  /** What the stream has lost is not said again. */
  'no-reconcile': { neverReconciles: true },

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

  /** An order that is over before it was charged can be charged after it. */
  'no-payment-tombstone': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(
        ports.transact,
        'payments',
        saving(({ amount }) => amount !== null),
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

  /** Each asking for a refund is a refund of its own. */
  'refund-without-own-key': {
    payment: (ports) => ({
      ...ports,
      provider: {
        ...ports.provider,
        refund: (refund) => ports.provider.refund({ ...refund, key: `${refund.key} ${ports.newId()}` }),
      },
    }),
  },

  /** Each asking for a charge is a charge of its own. */
  'charge-without-own-key': {
    payment: (ports) => ({
      ...ports,
      provider: {
        ...ports.provider,
        charge: (charge) => ports.provider.charge({ ...charge, key: `${charge.key} ${ports.newId()}` }),
      },
    }),
  },

  /** Another token is tried while the outcome of the last is not known. */
  'second-open-attempt': {
    payment: (ports) => {
      const opened = new Set<string>()
      return {
        ...ports,
        transact: (cause, work) => {
          // The first transaction of a charge is the one that decides about a new attempt.
          const isFirst = !opened.has(cause)
          opened.add(cause)
          const hidden = new Map<string, Payment['attempts']>()
          const blind = withTable(ports.transact, 'payments', (payments) => ({
            lock: async (ids) => {
              const rows = await payments.lock(ids)
              return rows.map((row) => {
                hidden.set(
                  row.id,
                  row.attempts.filter(({ state }) => state === 'open'),
                )
                return { ...row, attempts: row.attempts.filter(({ state }) => state !== 'open') }
              })
            },
            save: (row) => payments.save({ ...row, attempts: [...(hidden.get(row.id) ?? []), ...row.attempts] }),
          }))
          return isFirst ? blind(cause, work) : ports.transact(cause, work)
        },
      }
    },
  },

  /** "Refused without effect" is believed of a second asking too, though the first may have been charged. */
  'refusal-always-believed': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'payments', (payments) => ({
        lock: async (ids) => {
          const rows = await payments.lock(ids)
          return rows.map((row) => ({ ...row, attempts: row.attempts.map((attempt) => ({ ...attempt, asked: 1 })) }))
        },
      })),
    }),
  },

  /** A charge that turns out to be made when the order is over is kept. */
  'late-charge-kept': {
    payment: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'payments', (payments) => ({
        save: (row) => {
          const isLate = row.refund?.asked === 0 && row.attempts.some(({ cause }) => cause === row.refund?.cause)
          payments.save(isLate ? { ...row, refund: null, dueAt: null } : row)
        },
      })),
    }),
  },

  /** Nobody finds out what the provider did not answer, and nobody returns money. */
  'no-settling': { payment: (ports) => ({ ...ports, dueAt: async () => [] }) },

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

  /** Unpaid orders wait for ever. */
  'no-expiry': { order: (ports) => ({ ...ports, unpaidSince: async () => [] }) },

  /** my-page shows what the last fact it heard makes of an order. */
  'facts-lower-status-in-my-page': {
    myPageHears: {
      ...myPageHears,
      OrderConfirmed: (tx, fact) => show(tx, fact, 'PAID'),
      Received: (tx, fact) => show(tx, fact, 'RECEIVED'),
      Decorated: (tx, fact) => show(tx, fact, 'DECORATED'),
      CancellationRequested: (tx, fact) => show(tx, fact, 'CANCELLING'),
    },
  },

  /** Two facts that come to my-page at once: one of them is lost. */
  'unlocked-my-page': { myPage: (ports) => ({ ...ports, transact: lastOneWins(ports.transact, 'entries') }) },
} satisfies { [name: string]: Plant }

export const isPlant = (name: string | undefined): name is keyof typeof PLANTS | undefined =>
  name === undefined || Object.hasOwn(PLANTS, name)

/** The transactions with something else in place of a part of one table. */
function withTable<Tables, Says extends Said, Name extends keyof Tables>(
  transact: Transact<Tables, Says>,
  name: Name,
  change: (table: Tables[Name]) => Partial<Tables[Name]>,
): Transact<Tables, Says> {
  return (cause, work) => transact(cause, (tx) => work({ ...tx, [name]: { ...tx[name], ...change(tx[name]) } }))
}

/** Saves only some of the rows. */
const saving =
  <Row extends { id: string }>(keeps: (row: Row) => boolean) =>
  (table: Table<Row>): Partial<Table<Row>> => ({ save: (row) => void (keeps(row) && table.save(row)) })

/** Reads before the transaction and writes in its end, so that what others have written in between is lost. */
function lastOneWins<
  Tables extends { [name in Name]: Table<Row> },
  Says extends Said,
  Name extends string,
  Row extends { id: string },
>(transact: Transact<Tables, Says>, name: Name): Transact<Tables, Says> {
  const read = (cause: string, id: string) => transact<Row | null>(cause, (tx) => tx[name].find(id))
  return (cause, work) =>
    transact(cause, async (tx) => {
      const saved = new Map<string, Row>()
      const table: Table<Row> = {
        find: async (id) => saved.get(id) ?? read(cause, id),
        lock: async (ids) => {
          const rows: Row[] = []
          for (const id of ids) rows.push(...[await table.find(id)].filter((row) => row !== null))
          return rows
        },
        save: (row) => void saved.set(row.id, row),
      }
      const result = await work({ ...tx, [name]: table })
      for (const row of saved.values()) {
        await tx[name].find(row.id)
        tx[name].save(row)
      }
      return result
    })
}

async function become(tx: OrderTx, { data }: { data: { orderId: string } }, status: OrderStatus): Promise<void> {
  const order = await tx.orders.find(data.orderId)
  if (order) tx.orders.save({ ...order, status })
}

const show = (tx: MyPageTx, fact: Fact<EntryFactName>, orderStatus: MyPageEntry['orderStatus']) =>
  followOrder({ ...tx, entries: { ...tx.entries, save: (entry) => tx.entries.save({ ...entry, orderStatus }) } }, fact)
