import type { Fact } from '../../../schema/events/facts.ts'
import { follows, ordered } from '../domain/payment.ts'
import type { Tx } from './ports.ts'

/** An order was placed: keeps whose it is and what it costs. */
export async function followOrdered(tx: Tx, fact: Fact<'Ordered'>): Promise<void> {
  const [payment = null] = await tx.payments.lock([fact.data.orderId])
  const after = ordered(payment, fact)
  if (after !== payment) tx.payments.save(after)
}

/** The order has ended: closes the payment, and makes a refund due, which settle.ts sends. */
export async function followOrder(tx: Tx, fact: Fact<keyof typeof follows>): Promise<void> {
  const [payment = null] = await tx.payments.lock([fact.data.orderId])
  const after = follows[fact.type](payment, fact)
  if (after && after !== payment) tx.payments.save(after)
}
