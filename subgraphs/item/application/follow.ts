import type { Fact } from '../../../schema/events/facts.ts'
import { type Heard, react, touches } from '../domain/reservation.ts'
import type { Tx } from './ports.ts'

/**
 * Reserves or releases. The one transaction over several aggregates: an order's stock is taken wholly or not at all.
 * The rows are locked, the reservation's before the items', these by their ids: whoever races waits, nobody deadlocks.
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

/** Learns of a store: its owner may register items. */
export async function keepStore(tx: Tx, { data }: Fact<'StoreRegistered'>): Promise<void> {
  const { storeId: id, ownerId, name } = data
  if (!(await tx.stores.find(id))) tx.stores.save({ id, ownerId, name, items: 0 })
}
