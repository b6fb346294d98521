import { expire } from '../domain/order.ts'
import { change } from './change.ts'
import type { Ports } from './ports.ts'

/**
 * Ends the orders whose payBy has passed unpaid (a payment begun in time may still be on its way, so a while after it);
 * returns how many. One that can't be ended holds no other up: it is thrown when the others are done.
 */
export async function expireOrders(ports: Ports, atOnce = 100): Promise<number> {
  const before = new Date(ports.now().getTime() - ports.settings.expireAfterMs)
  for (let expired = 0; ; ) {
    const due = await ports.unpaidSince(before, atOnce)
    let failure: unknown
    for (const id of due) {
      await ports
        .transact(ports.newId(), (tx) => change(tx, id, expire))
        .then(
          () => expired++,
          (error) => {
            failure ??= error
          },
        )
    }
    if (failure) throw failure
    if (due.length < atOnce) return expired
  }
}
