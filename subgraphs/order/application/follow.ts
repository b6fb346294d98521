import type { Fact } from '../../../schema/events/facts.ts'
import { itemsIn, learn, type MenuFact } from '../domain/menu.ts'
import { confirm, type Decision, expire, follow, type Order, paymentFailed } from '../domain/order.ts'
import type { Ports, Tx } from './ports.ts'

type OrderFact = Parameters<typeof follow>[1] & Fact

/** Every fact that order hears was caused by an order, so the order is there; one that is not is a bug upstream. */
async function change(tx: Tx, orderId: string, decide: (order: Order) => Decision): Promise<void> {
  const order = await tx.orders.find(orderId)
  if (!order) throw new Error(`There is no order ${orderId}.`)
  const decision = decide(order)
  if (decision.order !== order) tx.orders.save(decision.order)
  tx.say(decision.says)
}

/** The money is there, whichever way the answer came. */
export const followPaid = (tx: Tx, fact: Fact<'Paid'>) => change(tx, fact.data.orderId, confirm)

export const followPaymentDeclined = (tx: Tx, fact: Fact<'PaymentDeclined'>) =>
  change(tx, fact.data.orderId, paymentFailed)

/** What item, store and delivery have decided about an order. */
export const followOrder = (tx: Tx, fact: OrderFact) => change(tx, fact.data.orderId, (order) => follow(order, fact))

/** Keeps the menu: what can be ordered, at which price. */
export async function keepMenu(tx: Tx, fact: Fact<MenuFact>): Promise<void> {
  for (const id of itemsIn(fact).sort()) tx.menu.save(learn(id, await tx.menu.find(id), fact))
}

/** Learns of a store: who owns it may read its orders. */
export async function keepStore(tx: Tx, { data }: Fact<'StoreRegistered'>): Promise<void> {
  const { storeId: id, ownerId, name } = data
  if (!(await tx.stores.find(id))) tx.stores.save({ id, ownerId, name })
}

/** Ends the orders whose payBy has passed unpaid; returns how many. A payment that is under way decides first. */
export async function expireOrders(ports: Ports, limit = 100): Promise<number> {
  const before = new Date(ports.now().getTime() - ports.settings.expireAfterMs)
  const due = await ports.unpaidSince(before, limit)
  for (const id of due) await ports.transact(ports.newId(), (tx) => change(tx, id, expire))
  return due.length
}
