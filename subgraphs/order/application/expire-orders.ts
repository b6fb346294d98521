import { dueJob } from '../../../chassis/due-job.ts'
import { expire } from '../domain/order.ts'
import { change } from './change.ts'
import type { Ports } from './ports.ts'

/**
 * Expires unpaid orders some time after payBy, because a payment that began in time may still be in progress. Returns their
 * number. A failure does not stop the others: it is thrown after them.
 */
export function expireOrders(ports: Ports, atOnce?: number): Promise<number> {
  const { expireAfterMs } = ports.settings
  const expireDue = dueJob({
    now: ports.now,
    // Nobody has to be heard first: payment says what was paid, and what is paid too late is returned.
    afterWorkingMs: 0,
    dueAt: (at, limit) => ports.unpaidSince(new Date(at.getTime() - expireAfterMs), limit),
    end: async (id) => {
      await ports.transact(ports.newId(), (tx) => change(tx, id, expire))
      return true
    },
  })
  return expireDue(atOnce)
}
