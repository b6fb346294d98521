import type { MikroORM } from '@mikro-orm/postgresql'
import { countUpTo } from '../../../../chassis/postgres/reads.ts'

/** How long the job that expires orders may be late, and a cancellation undecided. */
const PATIENCE_MS = 60_000
const CANCELLING = 1_000

/**
 * Orders that should have gone on: `unpaid`, not expired a minute after `expireAfterMs` has passed since payBy; `cancelling`, for
 * which store or delivery has not decided for a minute. An order does not know since when it is being cancelled, so that one counts
 * from when this process saw it first.
 */
export function overdueOrders(orm: MikroORM, expireAfterMs: number) {
  let seen = new Map<string, number>()
  return async () => {
    const em = orm.em.fork()
    const unpaid = `orders where status in ('AWAITING_PAYMENT', 'PAYMENT_FAILED') and pay_by < ?`
    const cancelling = await em.execute<{ id: string }[]>(
      `select id from orders where status = 'CANCELLING' order by id limit ${CANCELLING}`,
    )
    const now = Date.now()
    seen = new Map(cancelling.map(({ id }) => [id, seen.get(id) ?? now]))
    return {
      unpaid: await countUpTo(em, unpaid, [new Date(now - expireAfterMs - PATIENCE_MS)]),
      cancelling: [...seen.values()].filter((since) => since <= now - PATIENCE_MS).length,
    }
  }
}
