import type { MikroORM } from '@mikro-orm/postgresql'
import { countUpTo } from '../../../../chassis/postgres/reads.ts'

/** The settlement job has asked the provider often by then. */
const PATIENCE_MS = 10 * 60_000
/** The calls of a refund, of the rest or of a part, are repeated at growing intervals. */
const MANY_CALLS = 5

/**
 * Payments whose money is not settled: `charge`, requested ten minutes ago and with an unknown outcome; `refund`, of the rest or
 * of a part, requested at least five times.
 */
export function overduePayments(orm: MikroORM) {
  return async () => {
    const em = orm.em.fork()
    const charge = `payments where due_at is not null and status not in ('APPROVED', 'CANCELLED') and charged_at < ?`
    const refund = `payments where due_at is not null and ((refund->>'asked')::int >= ? or exists (
      select from jsonb_array_elements(parts) part where part->>'state' = 'open' and (part->>'asked')::int >= ?))`
    return {
      charge: await countUpTo(em, charge, [new Date(Date.now() - PATIENCE_MS)]),
      refund: await countUpTo(em, refund, [MANY_CALLS, MANY_CALLS]),
    }
  }
}
