import type { Fact } from '../../../schema/events/facts.ts'
import { confirmed, follows, ordered } from '../domain/ending.ts'
import type { Tx } from './ports.ts'

/** An order was placed: keeps whose it is and what it costs. */
export async function followOrdered(tx: Tx, fact: Fact<'Ordered'>): Promise<void> {
  const [payment = null] = await tx.payments.lock([fact.data.orderId])
  const after = ordered(payment, fact)
  if (after !== payment) tx.payments.save(after)
}

/** The order is paid: keeps in which store it was ordered. */
export async function followConfirmed(tx: Tx, fact: Fact<'OrderConfirmed'>): Promise<void> {
  const [payment = null] = await tx.payments.lock([fact.data.orderId])
  const after = confirmed(payment, fact)
  if (after !== payment) tx.payments.save(after)
}

/** There is a new store: keeps whose it is. */
export async function keepStore(tx: Tx, { data: { storeId: id, ownerId } }: Fact<'StoreRegistered'>): Promise<void> {
  if (!(await tx.stores.find(id))) tx.stores.save({ id, ownerId })
}

/** The order has ended: closes the payment, and makes a refund due, which settle.ts sends. */
export async function followOrder(tx: Tx, fact: Fact<keyof typeof follows>): Promise<void> {
  const [payment = null] = await tx.payments.lock([fact.data.orderId])
  const after = follows[fact.type](payment, fact)
  if (after && after !== payment) tx.payments.save(after)
}
