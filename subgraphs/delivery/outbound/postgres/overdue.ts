import type { MikroORM } from '@mikro-orm/postgresql'
import { countUpTo } from '../../../../chassis/postgres/reads.ts'

const PATIENCE_MS = 2 * 60 * 60_000

/** Deliveries that have departed two hours ago and did not arrive: `under_way`. */
export function overdueDeliveries(orm: MikroORM) {
  return async () => ({
    under_way: await countUpTo(orm.em.fork(), `deliveries where status = 'DEPARTED' and departed_at < ?`, [
      new Date(Date.now() - PATIENCE_MS),
    ]),
  })
}
