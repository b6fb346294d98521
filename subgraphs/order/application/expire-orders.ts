import { expire } from '../domain/order.ts'
import { change } from './change.ts'
import type { Ports } from './ports.ts'

/**
 * Expires unpaid orders some time after payBy, because a payment that began in time may still be in progress. Returns their
 * number. A failure does not stop the others: it is thrown after them.
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
