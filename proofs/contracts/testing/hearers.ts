import { NO_AUDIT } from '../../../chassis/audit/audit.ts'
import { newId } from '../../../chassis/ids.ts'
import { createLogger } from '../../../chassis/log.ts'
import { type MemoryStore, memoryTransactions } from '../../../chassis/memory/transactions.ts'
import type { Table } from '../../../chassis/transaction.ts'
import type { Fact, Publisher, SaidBy } from '../../../schema/events/facts.ts'
import { stampWith } from '../../../schema/events/stamp.ts'
import type { Tables as DeliveryTables } from '../../../subgraphs/delivery/application/ports.ts'
import { wire as wireDelivery } from '../../../subgraphs/delivery/wire.ts'
import type { Tables as ItemTables } from '../../../subgraphs/item/application/ports.ts'
import { wire as wireItem } from '../../../subgraphs/item/wire.ts'
import type { Tables as MyPageTables } from '../../../subgraphs/my-page/application/ports.ts'
import { wire as wireMyPage } from '../../../subgraphs/my-page/wire.ts'
import type { Tables as OrderTables } from '../../../subgraphs/order/application/ports.ts'
import { TABLES as ORDER_TABLES, withWindows } from '../../../subgraphs/order/testing/windows.ts'
import { wire as wireOrder } from '../../../subgraphs/order/wire.ts'
import type { Tables as PaymentTables } from '../../../subgraphs/payment/application/ports.ts'
import { wire as wirePayment } from '../../../subgraphs/payment/wire.ts'
import type { Tables as StoreTables } from '../../../subgraphs/store/application/ports.ts'
import { wire as wireStore } from '../../../subgraphs/store/wire.ts'

const clock = { now: () => new Date('2026-11-23T12:00:00Z'), newId }
const stamp = stampWith(clock)

type RowOf<T> = T extends Table<infer Row> ? Row : never

/** In-memory transactions that check published facts against their contracts. */
const transactOn = <Tables, P extends Publisher = never>(store: MemoryStore, names: (keyof Tables & string)[]) =>
  memoryTransactions<{ [Name in keyof Tables & string]: RowOf<Tables[Name]> }, SaidBy<P>>(
    store,
    names,
    (facts, cause) => {
      for (const fact of facts) stamp(fact, cause)
    },
  )

const unused = () => {
  throw new Error('Hearing a fact calls no other port.')
}

/** Each context's hearing of facts, in memory. Ports that hearing does not call throw. */
export const hearers: { [context: string]: (store: MemoryStore) => { hear(fact: Fact): Promise<void> } } = {
  order: (store) =>
    wireOrder({
      ...clock,
      transact: withWindows(transactOn<OrderTables, 'order'>(store, [...ORDER_TABLES]), unused),
      charge: unused,
      unpaidSince: unused,
      customersToErase: unused,
      settings: {
        payWithinMs: 1_800_000,
        payForPlaceWithinMs: 600_000,
        payAfterCutOffMs: 600_000,
        expireAfterMs: 120_000,
        mostUnpaid: 10,
        mostUnpaidPlaces: 3,
        mostDeclinedAnHour: 10,
        chargeTimeoutMs: 1_610,
      },
    }),
  payment: (store) =>
    wirePayment({
      ...clock,
      transact: transactOn<PaymentTables, 'payment'>(store, ['payments', 'payers', 'stores']),
      provider: { takesCharges: unused, charge: unused, void: unused, refund: unused },
      dueAt: unused,
      inTime: unused,
      unheard: unused,
      log: createLogger('payment'),
      audit: NO_AUDIT,
      settings: {
        unheardAfterMs: 86_400_000,
        providerCallTimeoutMs: 6_000,
        mostDeclinedOfOrder: 5,
        mostDeclinedAnHour: 10,
      },
    }),
  item: (store) =>
    wireItem({
      newId,
      transact: transactOn<ItemTables, 'item'>(store, ['items', 'reservations', 'stores', 'keyUses', 'photoUses']),
      settings: { mostItems: 500, photoKeys: [] },
    }),
  store: (store) =>
    wireStore({
      ...clock,
      transact: transactOn<StoreTables, 'store'>(store, [
        'stores',
        'owners',
        'calendars',
        'storeOrders',
        'refunds',
        'keyUses',
      ]),
      unacceptedAt: unused,
      settings: { mostStores: 20, acceptWithinMs: 1_800_000, rejectAfterStartMs: 1_800_000, photoKeys: [] },
    }),
  delivery: (store) =>
    wireDelivery({
      ...clock,
      transact: transactOn<DeliveryTables, 'delivery'>(store, ['deliveries', 'calendars']),
      dueAt: unused,
      settings: {
        departEarliestMs: null,
        returnAfterWorkingMs: 60_000,
        linkSecret: 'the secret of links in tests',
        photoKeys: [],
      },
    }),
  'my-page': (store) => wireMyPage({ transact: transactOn<MyPageTables>(store, ['entries', 'storeNames']) }),
}
