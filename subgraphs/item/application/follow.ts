import type { Fact } from '../../../schema/events/facts.ts'
import { type Heard, react, touches } from '../domain/reservation.ts'
import type { Tx } from './ports.ts'

/**
 * Reserves or releases. This is the only transaction over several aggregates: an order's stock is reserved completely or not at
 * all. The reservation is locked before the items, and these in the order of their ids, to avoid deadlocks.
 */
export async function followOrder(tx: Tx, fact: Fact<Heard>): Promise<void> {
  const [reservation = null] = await tx.reservations.lock([fact.data.orderId])
  const items = await tx.items.lock(touches(reservation, fact))
  const outcome = react(reservation, fact, items)
  if (!outcome) return
  tx.reservations.save(outcome.reservation)
  for (const item of outcome.items) tx.items.save(item)
  tx.say(outcome.says)
}

/** Records a store, whose owner may register items. */
export async function keepStore(tx: Tx, { data }: Fact<'StoreRegistered'>): Promise<void> {
  const { storeId: id, ownerId, name } = data
  if (!(await tx.stores.find(id))) tx.stores.save({ id, ownerId, name, items: 0 })
}
