import type { Logger } from '../../chassis/log.ts'
import { hearWith, type Shown } from '../../chassis/transaction.ts'
import type { Fact, LaterConsumers, Said } from '../../schema/events/facts.ts'
import type { Ports as DeliveryPorts } from '../../subgraphs/delivery/application/ports.ts'
import type { Delivery } from '../../subgraphs/delivery/domain/delivery.ts'
import { hears as deliveryHears, later as deliveryLater } from '../../subgraphs/delivery/inbound/nats/hears.ts'
import { wire as wireDelivery } from '../../subgraphs/delivery/wire.ts'
import type { Ports as ItemPorts } from '../../subgraphs/item/application/ports.ts'
import { hears as itemHears } from '../../subgraphs/item/inbound/nats/hears.ts'
import { wire as wireItem } from '../../subgraphs/item/wire.ts'
import type { Ports as MyPagePorts } from '../../subgraphs/my-page/application/ports.ts'
import { hears as myPageHears, later as myPageLater } from '../../subgraphs/my-page/inbound/nats/hears.ts'
import { wire as wireMyPage } from '../../subgraphs/my-page/wire.ts'
import type { Ports as OrderPorts } from '../../subgraphs/order/application/ports.ts'
import type { Order } from '../../subgraphs/order/domain/order.ts'
import { hears as orderHears, later as orderLater } from '../../subgraphs/order/inbound/nats/hears.ts'
import { TABLES as ORDER_TABLES } from '../../subgraphs/order/testing/windows.ts'
import { wire as wireOrder } from '../../subgraphs/order/wire.ts'
import type { Ports as PaymentPorts } from '../../subgraphs/payment/application/ports.ts'
import type { Payment } from '../../subgraphs/payment/domain/payment.ts'
import { hears as paymentHears, later as paymentLater } from '../../subgraphs/payment/inbound/nats/hears.ts'
import { unheardAmong } from '../../subgraphs/payment/testing/payments.ts'
import { type PaymentContext, wire as wirePayment } from '../../subgraphs/payment/wire.ts'
import type { Ports as StorePorts } from '../../subgraphs/store/application/ports.ts'
import type { StoreOrder } from '../../subgraphs/store/domain/store-order.ts'
import { hears as storeHears, later as storeLater } from '../../subgraphs/store/inbound/nats/hears.ts'
import { wire as wireStore } from '../../subgraphs/store/wire.ts'
import { createProvider, paymentCall } from './calls.ts'
import { withWindows } from './order-windows.ts'
import { ACCEPTING, type ContextName, LIMITS, LINK_SECRET, PAYING } from './plan.ts'
import type { Plant } from './plant.ts'
import type { Process } from './process.ts'
import { transactOn } from './transactions.ts'
import type { World } from './world.ts'

export const HEARS = {
  order: orderHears,
  payment: paymentHears,
  item: itemHears,
  store: storeHears,
  delivery: deliveryHears,
  'my-page': myPageHears,
} satisfies { [Context in ContextName]: object }

/** The facts that contexts hear by later consumers of their own. */
export const LATER: { [Context in ContextName]?: LaterConsumers } = {
  order: orderLater,
  payment: paymentLater,
  store: storeLater,
  delivery: deliveryLater,
  'my-page': myPageLater,
}

type RunningContext = { hear(fact: Fact): Promise<void>; commands: object }

const EXPIRY_INTERVAL_MS = 10_000
const ACCEPTANCE_INTERVAL_MS = 12_000
const RETURN_INTERVAL_MS = 5_000
const RETURNING_AFTER_START_MS = 15_000
const SETTLE_INTERVAL_MS = 4_000
const UNHEARD_INTERVAL_MS = 12_000
const PROVIDER_CALL_TIMEOUT_MS = 6_000
/** Longer than a fact is late in a schedule; in production it is a day. */
const UNHEARD_AFTER_MS = 60_000

/** For each context a function that starts a replica on simulated ports, as its main.ts does on real ones. */
export function contextStarters(world: World, plant: Plant) {
  const { scheduler, databases, stamp } = world
  const clock = { now: () => new Date(scheduler.now()), newId: world.newId }
  const provider = createProvider(world)
  const paymentReplicas: { process: Process; charge: PaymentContext['commands']['charge'] }[] = []
  const charge = paymentCall(world, () => paymentReplicas.filter(({ process }) => process.isAlive))

  const transact = <Tables, Says extends Said = never>(process: Process, names: (keyof Tables & string)[]) => {
    const real = transactOn<Tables, Says>(world, databases[process.context], process, names)
    const uncommitted = {
      say: (fact: Says, cause: string) => void world.bus.append(stamp(fact, cause)),
      show: (shown: Shown) => void databases[process.context].shown.push(shown),
    }
    return plant.all?.(real, uncommitted) ?? real
  }
  const query = async <Row>(process: Process, table: string) => {
    await process.step('query')
    return databases[process.context].rows<Row>(table)
  }
  const every = (process: Process, ms: number, work: () => Promise<unknown>) => {
    world.spawn(async () => {
      for (;;) {
        await work().catch(world.failUnlessTransient)
        await process.sleep(ms)
      }
    })
  }
  const log = {
    info: () => {},
    warn: ({ err }: { err: unknown }) => world.failUnlessTransient(err),
    error: ({ err }: { err: unknown }) => world.failUnlessTransient(err),
  } as unknown as Logger // the methods that are called

  const start: { [Context in ContextName]: (process: Process) => RunningContext } = {
    order: (process) => {
      const ports: OrderPorts = {
        ...clock,
        transact: withWindows(transact(process, [...ORDER_TABLES]), process, databases.order),
        charge: charge(process),
        unpaidSince: async (before, limit) =>
          (await query<Order>(process, 'orders'))
            .filter(({ status, payBy }) => ['AWAITING_PAYMENT', 'PAYMENT_FAILED'].includes(status) && payBy < before)
            .slice(0, limit)
            .map(({ id }) => id),
        customersToErase: async () => [], // account is not simulated
        settings: { ...PAYING, ...LIMITS },
      }
      const portsInUse = plant.order?.(ports) ?? ports
      const order = wireOrder(portsInUse)
      every(process, EXPIRY_INTERVAL_MS, order.expireOrders)
      const commands = plant.orderCommands?.(order.commands) ?? order.commands
      return { commands, hear: plant.orderHears ? hearWith(portsInUse.transact, plant.orderHears) : order.hear }
    },
    payment: (process) => {
      const ports: PaymentPorts = {
        ...clock,
        transact: transact(process, ['payments', 'payers', 'stores']),
        provider: provider.portFor(process),
        dueAt: async (now, limit) =>
          (await query<Payment>(process, 'payments'))
            .filter(({ dueAt }) => dueAt && dueAt <= now)
            .slice(0, limit)
            .map(({ id }) => id),
        inTime: (answer) => answer,
        unheard: async (afterMs) => unheardAmong(await query<Payment>(process, 'payments'), afterMs),
        log,
        audit: { record: () => {} },
        settings: { unheardAfterMs: UNHEARD_AFTER_MS, providerCallTimeoutMs: PROVIDER_CALL_TIMEOUT_MS, ...LIMITS },
      }
      const payment = wirePayment(plant.payment?.(ports) ?? ports)
      every(process, SETTLE_INTERVAL_MS, payment.settleDue)
      every(process, UNHEARD_INTERVAL_MS, payment.closeUnheard)
      paymentReplicas.push({ process, charge: payment.commands.charge })
      const refunds = plant.refundPart ? wirePayment(plant.refundPart(ports)) : payment
      const commands = plant.paymentCommands?.(refunds.commands, ports) ?? refunds.commands
      return { hear: payment.hear, commands }
    },
    item: (process) => {
      const ports: ItemPorts = {
        newId: world.newId,
        transact: transact(process, ['items', 'reservations', 'stores', 'keyUses', 'photoUses']),
        settings: { ...LIMITS, photoKeys: [] },
      }
      return wireItem(plant.item?.(ports) ?? ports)
    },
    store: (process) => {
      const ports: StorePorts = {
        ...clock,
        transact: transact(process, ['stores', 'owners', 'calendars', 'storeOrders', 'refunds', 'keyUses']),
        unacceptedAt: async (at, limit) =>
          (await query<StoreOrder>(process, 'storeOrders'))
            .filter(({ status, acceptBy }) => status === 'NEW' && acceptBy && acceptBy <= at)
            .slice(0, limit)
            .map(({ id }) => id),
        settings: { ...LIMITS, ...ACCEPTING, photoKeys: [] },
      }
      const store = wireStore(plant.store?.(ports) ?? ports)
      every(process, ACCEPTANCE_INTERVAL_MS, store.rejectUnacceptedOrders)
      return store
    },
    delivery: (process) => {
      const ports: DeliveryPorts = {
        ...clock,
        transact: transact(process, ['deliveries', 'calendars']),
        dueAt: async (now, limit) =>
          (await query<Delivery>(process, 'deliveries'))
            .filter(({ dueAt }) => dueAt && dueAt <= now)
            .slice(0, limit)
            .map(({ id }) => id),
        settings: {
          departEarliestMs: null,
          returnAfterWorkingMs: RETURNING_AFTER_START_MS,
          linkSecret: LINK_SECRET,
          photoKeys: [],
        },
      }
      const portsInUse = plant.delivery?.(ports) ?? ports
      const delivery = wireDelivery(portsInUse)
      every(process, RETURN_INTERVAL_MS, delivery.returnDue)
      const commands = plant.deliveryCommands?.(delivery.commands, portsInUse) ?? delivery.commands
      const hear = plant.deliveryHears ? hearWith(portsInUse.transact, plant.deliveryHears) : delivery.hear
      return { commands, hear }
    },
    'my-page': (process) => {
      const ports: MyPagePorts = { transact: transact(process, ['entries', 'storeNames']) }
      const portsInUse = plant.myPage?.(ports) ?? ports
      const hear = plant.myPageHears ? hearWith(portsInUse.transact, plant.myPageHears) : wireMyPage(portsInUse).hear
      return { hear, commands: {} }
    },
  }
  return { start, book: provider.book, charged: provider.charged, providerCalls: provider.inProgress }
}
