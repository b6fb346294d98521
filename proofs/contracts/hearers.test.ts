import { describe, expect, it } from '@jest/globals'
import { emptyStore, type MemoryStore } from '../../chassis/memory/transactions.ts'
import { contracts, type Fact, type FactName, readFact } from '../../schema/events/facts.ts'
import type { OrderStatus } from '../../subgraphs/order/domain/order.ts'
import { someOrder } from '../../subgraphs/order/testing/orders.ts'
import { payments } from '../../subgraphs/payment/testing/payments.ts'
import type { StoreOrderStatus } from '../../subgraphs/store/domain/store-order.ts'
import { someStoreOrder } from '../../subgraphs/store/testing/orders.ts'
import { hearsByContext } from './testing/contexts.ts'
import { hearers } from './testing/hearers.ts'
import { sampleOf, samples } from './testing/samples.ts'

/** A context's rows, by table. */
type Rows = { [table: string]: ({ id: string } & { [field: string]: unknown })[] }

/** A context's rows before it hears a golden sample, and the relevant fields of those after. */
type Effect<Name extends FactName = FactName> = (sample: Fact<Name>) => { before?: Rows; after: Rows }

type AboutOrder = { data: { orderId: string } }

const order =
  (from: OrderStatus, to: OrderStatus) =>
  ({ data: { orderId: id } }: AboutOrder) => ({
    before: { orders: [{ ...someOrder(from), id }] },
    after: { orders: [{ id, status: to }] },
  })

const { storeId, ownerId, name } = sampleOf('StoreRegistered').data
const store = { id: storeId, ownerId, name }
const storeOrder =
  (from: StoreOrderStatus, status: StoreOrderStatus) =>
  ({ data: { orderId: id } }: AboutOrder) => ({
    before: {
      storeOrders: [someStoreOrder({ id, status: from, storeId, ownerId, customerId: 'lee' })],
    },
    after: { storeOrders: [{ id, status }] },
  })

const payment =
  (before: 'APPROVED' | 'DECLINED', becomes: object) =>
  ({ data: { orderId: id } }: AboutOrder) => ({
    before: { payments: [{ ...payments[before], id }] },
    after: { payments: [{ id, ...becomes }] },
  })

/** A row of the item context. */
const itemOf = ({ itemId: id, available, itemVersion }: Fact<'StockChanged'>['data']) => ({
  id,
  storeId,
  name: '장미 한바구니',
  price: { amount: 50_000, currency: 'KRW' },
  available,
  madeToOrder: false,
  itemVersion,
  withdrawn: false,
})
const rose = itemOf(sampleOf('ItemRegistered').data)
const released = ({ data: { orderId: id } }: AboutOrder) => ({
  before: { items: [rose], reservations: [{ id, status: 'RESERVED', lines: [{ itemId: rose.id, quantity: 3 }] }] },
  after: { items: [{ id: rose.id, available: 23, itemVersion: 2 }], reservations: [{ id, status: 'RELEASED' }] },
})
const menu = ({ itemId: id, available, madeToOrder, itemVersion: availableVersion }: Fact<'StockChanged'>['data']) => ({
  id,
  available,
  madeToOrder: madeToOrder ?? false,
  availableVersion,
})
const savesStore = (): { after: Rows } => ({ after: { stores: [store] } })
const inTimeline = ({ id: factId, type: fact, data }: Fact & AboutOrder) => ({
  after: { entries: [{ id: data.orderId, revision: 1, timeline: [{ fact, factId }] }] },
})

/** The effect of each fact on each context that hears it. */
const HEARERS: { [context: string]: { [Name in FactName]?: Effect<Name> } } = {
  order: {
    Paid: order('AWAITING_PAYMENT', 'PAID'),
    PaymentDeclined: order('AWAITING_PAYMENT', 'PAYMENT_FAILED'),
    ItemOutOfStock: order('PAID', 'CANCELLED'),
    Received: order('PAID', 'RECEIVED'),
    Decorated: order('RECEIVED', 'DECORATED'),
    Rejected: order('PAID', 'REJECTED'),
    RegistrationCancelled: (fact) => order('CANCELLING', fact.data.decorated ? 'CANCELLING' : 'CANCELLED')(fact),
    DepartedForDelivery: order('DECORATED', 'OUT_FOR_DELIVERY'),
    DeliveryAttemptFailed: ({ data }) => ({
      ...order('DECORATED', 'OUT_FOR_DELIVERY')({ data }),
      after: { orders: [{ id: data.orderId, attempt: data.attempt, attemptFailed: true }] },
    }),
    DeliveryCompleted: order('OUT_FOR_DELIVERY', 'DELIVERED'),
    FlowersReturned: order('OUT_FOR_DELIVERY', 'RETURNED'),
    DeliveryCancelled: order('CANCELLING', 'CANCELLED'),
    CancellationRefused: order('CANCELLING', 'OUT_FOR_DELIVERY'),
    ItemRegistered: ({ data }) => ({
      after: { menu: [{ ...menu(data), storeId, name: data.name, price: data.price, priceVersion: 1 }] },
    }),
    ItemPriceChanged: ({ data: { itemId: id, price, itemVersion } }) => ({
      after: { menu: [{ id, price, priceVersion: itemVersion }] },
    }),
    ItemWithdrawn: ({ data: { itemId: id } }) => ({ after: { menu: [{ id, withdrawn: true }] } }),
    StockChanged: ({ data }) => ({ after: { menu: [menu(data)] } }),
    StockReserved: ({ data }) => ({ after: { menu: data.stock.map(menu) } }),
    StockReleased: ({ data }) => ({ after: { menu: data.stock.map(menu) } }),
    StoreRegistered: savesStore,
    CalendarChanged: ({ data: { storeId: id, version: calendarVersion, ...calendar } }) => ({
      after: { calendars: [{ id, calendarVersion, calendar }] },
    }),
    UserErased: ({ data: { userId: id } }) => ({ after: { buyers: [{ id, erasure: 'DUE' }] } }),
  },
  payment: {
    Ordered: ({ data: { orderId: id, customerId, total: amount }, occurredAt }) => ({
      after: { payments: [{ id, customerId, amount, status: 'NONE', orderedAt: new Date(occurredAt) }] },
    }),
    OrderCancelled: payment('APPROVED', { closed: true, refund: { says: 'PaymentCancelled' } }),
    OrderExpired: payment('DECLINED', { closed: true, refund: null }),
    Rejected: payment('APPROVED', { closed: true, refund: { says: 'ForciblyCancelled' } }),
    OrderConfirmed: ({ data: { orderId: id, storeId } }) => ({
      before: { payments: [{ ...payments.APPROVED, id }] },
      after: { payments: [{ id, storeId }] },
    }),
    StoreRegistered: () => ({ after: { stores: [{ id: storeId, ownerId }] } }),
  },
  item: {
    OrderConfirmed: ({ data: { orderId: id } }) => ({
      before: { items: [rose] },
      after: { items: [{ id: rose.id, available: 18, itemVersion: 2 }], reservations: [{ id, status: 'RESERVED' }] },
    }),
    OrderCancelled: released,
    Rejected: released,
    StoreRegistered: savesStore,
  },
  store: {
    StockReserved: ({ data: { orderId: id, customerId, promise = null, substitution = null } }) => ({
      before: { stores: [store] },
      after: { storeOrders: [{ id, status: 'NEW', storeId, ownerId, customerId, promise, substitution }] },
    }),
    CancellationRequested: storeOrder('RECEIVED', 'CANCELLED'),
    OrderCancelled: storeOrder('NEW', 'CANCELLED'),
    DeliveryCancelled: storeOrder('DECORATED', 'CANCELLED'),
    DepartedForDelivery: storeOrder('DECORATED', 'HANDED_OVER'),
    DeliveryCompleted: storeOrder('HANDED_OVER', 'DELIVERED'),
    FlowersReturned: storeOrder('HANDED_OVER', 'RETURNED'),
    RecipientCorrected: ({ data }) => ({
      ...storeOrder('NEW', 'NEW')({ data }),
      after: { storeOrders: [{ id: data.orderId, revision: 2 }] },
    }),
    PartlyRefunded: ({ data: { orderId: id, refundedTotal } }) => ({
      ...storeOrder('DECORATED', 'DECORATED')({ data: { orderId: id } }),
      after: {
        storeOrders: [{ id, status: 'DECORATED', refundedTotal: refundedTotal.amount, revision: 2 }],
        refunds: [{ id, total: refundedTotal.amount }],
      },
    }),
  },
  delivery: {
    Decorated: ({ data: { orderId: id, promise, ...whose } }) => ({
      after: {
        deliveries: [
          { id, status: 'REQUESTED', ...whose, windowStartsAt: promise ? new Date(promise.startsAt) : null },
        ],
      },
    }),
    RegistrationCancelled: ({ data: { orderId: id, decorated } }) => ({
      after: { deliveries: decorated ? [{ id, status: 'CANCELLED' }] : [] },
    }),
    CalendarChanged: ({ data: { storeId: id, version: calendarVersion, ...calendar } }) => ({
      after: { calendars: [{ id, calendarVersion, calendar }] },
    }),
    RecipientCorrected: ({ data: { orderId: id, phoneChanged } }) => ({
      before: { deliveries: [{ id, status: 'REQUESTED', storeId, linkSerial: 0, revision: 1, attempts: [] }] },
      after: { deliveries: [{ id, linkSerial: phoneChanged ? 1 : 0, revision: 2 }] },
    }),
  },
  'my-page': {
    Ordered: ({ data: { orderId: id, customerId, total } }) => ({
      after: {
        entries: [{ id, customerId, storeId, total, summary: '장미 한바구니 × 2', orderStatus: 'AWAITING_PAYMENT' }],
      },
    }),
    OrderConfirmed: inTimeline,
    CancellationRequested: inTimeline,
    OrderCancelled: inTimeline,
    OrderExpired: inTimeline,
    Paid: inTimeline,
    PaymentDeclined: inTimeline,
    PartlyRefunded: inTimeline,
    PaymentCancelled: inTimeline,
    ForciblyCancelled: inTimeline,
    StockReserved: inTimeline,
    Received: inTimeline,
    Decorated: inTimeline,
    Rejected: inTimeline,
    RegistrationCancelled: inTimeline,
    DeliveryRequested: inTimeline,
    DepartedForDelivery: inTimeline,
    DeliveryAttemptFailed: inTimeline,
    DeliveryCompleted: inTimeline,
    FlowersReturned: inTimeline,
    RecipientCorrected: inTimeline,
    DeliveryCancelled: inTimeline,
    CancellationRefused: inTimeline,
    StoreRegistered: () => ({ after: { storeNames: [{ id: storeId, name }] } }),
  },
}

/** A memory store with these rows. */
function storeWith(initial: Rows): MemoryStore {
  const tables = Object.entries(initial).map(
    ([table, rows]) => [table, new Map(rows.map((row) => [row.id, { row, version: 1 }]))] as const,
  )
  return { ...emptyStore(), tables: new Map(tables) }
}

const rowsOf = ({ tables }: MemoryStore, table: string) =>
  [...(tables.get(table)?.values() ?? [])].map(({ row }) => row)

const heardBy = await hearsByContext()

it('every fact that is heard has a publisher, and every context that hears facts is tested here', () => {
  expect(
    Object.values(heardBy)
      .flat()
      .filter((fact) => !Object.hasOwn(contracts, fact)),
  ).toEqual([])
  const hearing = Object.entries(heardBy).filter(([, facts]) => facts.length)
  expect(hearing.map(([context]) => context).sort()).toEqual(Object.keys(HEARERS).sort())
})

describe.each(Object.entries(HEARERS))('%s', (context, effects) => {
  it('is tested with every fact that it hears, and no others', () => {
    expect(Object.keys(effects).sort()).toEqual(heardBy[context]?.toSorted())
  })

  it.each(samples.filter(({ wire }) => wire.type in effects))('hears $file', async ({ wire }) => {
    const fact = readFact(wire)
    // The function under a fact's name takes this fact, which TypeScript cannot infer.
    const effect = (effects as { [type: string]: Effect })[fact.type]
    const { before = {}, after } = effect?.(fact) ?? { after: {} }
    const memory = storeWith(before)
    await hearers[context]?.(memory).hear(fact)
    expect([...memory.inbox]).toEqual([`${fact.type} ${fact.id}`])
    for (const [table, rows] of Object.entries(after)) expect(rowsOf(memory, table)).toMatchObject(rows)
  })
})
