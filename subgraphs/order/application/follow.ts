import type { Fact } from '../../../schema/events/facts.ts'
import { declined, newBuyer } from '../domain/buyer.ts'
import { itemsIn, learn, type MenuFact } from '../domain/menu.ts'
import { follow, paid, paymentFailed } from '../domain/order.ts'
import { change } from './change.ts'
import type { Tx } from './ports.ts'

type OrderFact = Parameters<typeof follow>[1] & Fact

/** The payment succeeded, whether or not payment's answer arrived. */
export async function followPaid(tx: Tx, fact: Fact<'Paid'>): Promise<void> {
  await change(tx, fact.data.orderId, (order) => paid(order, fact.data.amount))
}

/** Counts a declined payment: here and not with payment's answer, because an answer may come twice or not at all. */
export async function followPaymentDeclined(tx: Tx, fact: Fact<'PaymentDeclined'>): Promise<void> {
  const { customerId } = await change(tx, fact.data.orderId, paymentFailed)
  const [buyer = newBuyer(customerId)] = await tx.buyers.lock([customerId])
  tx.buyers.save(declined(buyer, fact.occurredAt))
}

/** Applies a decision of item, store or delivery to an order. */
export async function followOrder(tx: Tx, fact: OrderFact): Promise<void> {
  await change(tx, fact.data.orderId, (order) => follow(order, fact))
}

/** Updates the menu: the items that can be ordered, and their prices. */
export async function keepMenu(tx: Tx, fact: Fact<MenuFact>): Promise<void> {
  for (const id of itemsIn(fact).sort()) tx.menu.save(learn(id, await tx.menu.find(id), fact))
}

/** Keeps a store's calendar, the one of the highest version in whatever order they are heard. */
export async function keepCalendar(tx: Tx, { data }: Fact<'CalendarChanged'>): Promise<void> {
  const { storeId: id, version: calendarVersion, ...calendar } = data
  const known = await tx.calendars.find(id)
  if (!known || known.calendarVersion < calendarVersion) tx.calendars.save({ id, calendarVersion, calendar })
}

/** Records a store, whose owner may read its orders. */
export async function keepStore(tx: Tx, { data }: Fact<'StoreRegistered'>): Promise<void> {
  const { storeId: id, ownerId, name } = data
  if (!(await tx.stores.find(id))) tx.stores.save({ id, ownerId, name })
}
