import type { MikroORM } from '@mikro-orm/postgresql'
import { newId } from '../../../../chassis/ids.ts'
import { countUpTo } from '../../../../chassis/postgres/reads.ts'

const PATIENCE_MS = 2 * 60 * 60_000
/** `dueAt` of a failed attempt is a day after it. */
const DAY_MS = 24 * 60 * 60_000

/**
 * Deliveries that wait for somebody: `not_taken`, whose window has begun, or that have none and were ordered two hours ago, which
 * their ids tell, and with which no rider has departed; `under_way`, which departed two hours ago and did not arrive; `failed`, whose attempt failed two hours ago, and nobody has asked for another one or
 * brought the flowers back.
 */
export function overdueDeliveries(orm: MikroORM) {
  const notTaken = `deliveries where status = 'REQUESTED' and (window_starts_at < ? or (window_starts_at is null and id < ?))`
  return async () => {
    const em = orm.em.fork()
    const now = Date.now()
    return {
      not_taken: await countUpTo(em, notTaken, [new Date(now), newId(now - PATIENCE_MS)]),
      under_way: await countUpTo(em, `deliveries where status = 'DEPARTED' and departed_at < ?`, [
        new Date(now - PATIENCE_MS),
      ]),
      failed: await countUpTo(em, `deliveries where status = 'ATTEMPTED' and due_at < ?`, [
        new Date(now + DAY_MS - PATIENCE_MS),
      ]),
    }
  }
}
