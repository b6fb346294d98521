import type { MikroORM } from '@mikro-orm/postgresql'
import { countUpTo } from '../../../../chassis/postgres/reads.ts'

/** The settlement job has asked the provider often by then. */
const PATIENCE_MS = 10 * 60_000
/** Refunds have no time of their own; their calls are repeated at growing intervals. */
const MANY_CALLS = 5

/**
 * Payments about whose money the provider has not told: `charge`, asked for ten minutes ago and with an unknown outcome;
 * `refund`, asked for at least five times.
 */
export function overduePayments(orm: MikroORM) {
  return async () => {
    const em = orm.em.fork()
    const charge = 'payments where due_at is not null and refund is null and charged_at < ?'
    const refund = `payments where due_at is not null and (refund->>'asked')::int >= ?`
    return {
      charge: await countUpTo(em, charge, [new Date(Date.now() - PATIENCE_MS)]),
      refund: await countUpTo(em, refund, [MANY_CALLS]),
    }
  }
}
