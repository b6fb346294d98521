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
import { wire as wireOrder } from '../../../subgraphs/order/wire.ts'
import type { Tables as PaymentTables } from '../../../subgraphs/payment/application/ports.ts'
import { wire as wirePayment } from '../../../subgraphs/payment/wire.ts'
import type { Tables as StoreTables } from '../../../subgraphs/store/application/ports.ts'
import { wire as wireStore } from '../../../subgraphs/store/wire.ts'

const clock = { now: () => new Date('2026-11-23T12:00:00Z'), newId }
const stamp = stampWith(clock)

type RowOf<T> = T extends Table<infer Row> ? Row : never

/** Transactions on memory that let no fact out which breaks its contract. */
const on = <Tables, P extends Publisher = never>(store: MemoryStore, names: (keyof Tables & string)[]) =>
  memoryTransactions<{ [Name in keyof Tables & string]: RowOf<Tables[Name]> }, SaidBy<P>>(
    store,
    names,
    (facts, cause) => {
      for (const fact of facts) stamp(fact, cause)
    },
  )

const nobody = () => {
  throw new Error('Hearing a fact asks nobody.')
}

/** Each context on memory, for what it hears; nothing is there that it would ask or be asked. */
export const hearers: { [context: string]: (store: MemoryStore) => { hear(fact: Fact): Promise<void> } } = {
  order: (store) =>
    wireOrder({
      ...clock,
      transact: on<OrderTables, 'order'>(store, ['orders', 'menu', 'stores', 'buyers', 'keyUses']),
      charge: nobody,
      unpaidSince: nobody,
      settings: {
        payWithinMs: 1_800_000,
        expireAfterMs: 120_000,
        mostUnpaid: 10,
        mostDeclinedAnHour: 10,
        chargingTakesAtMostMs: 1_610,
      },
    }),
  payment: (store) =>
    wirePayment({
      ...clock,
      transact: on<PaymentTables, 'payment'>(store, ['payments', 'payers']),
      provider: { takesCharges: nobody, charge: nobody, void: nobody, refund: nobody },
      dueAt: nobody,
      unheard: nobody,
      log: createLogger('payment'),
      settings: {
        unheardAfterMs: 86_400_000,
        askingTakesAtMostMs: 6_000,
        mostDeclinedOfOrder: 5,
        mostDeclinedAnHour: 10,
      },
    }),
  item: (store) =>
    wireItem({
      newId,
      transact: on<ItemTables, 'item'>(store, ['items', 'reservations', 'stores', 'keyUses']),
      settings: { mostItems: 500 },
    }),
  store: (store) =>
    wireStore({
      newId,
      transact: on<StoreTables, 'store'>(store, ['stores', 'owners', 'storeOrders', 'keyUses']),
      settings: { mostStores: 20 },
    }),
  delivery: (store) => wireDelivery({ ...clock, transact: on<DeliveryTables, 'delivery'>(store, ['deliveries']) }),
  'my-page': (store) => wireMyPage({ transact: on<MyPageTables>(store, ['entries', 'storeNames']) }),
}
