import type { MikroORM } from '@mikro-orm/postgresql'
import { newId } from '../../../../chassis/ids.ts'
import { countUpTo } from '../../../../chassis/postgres/reads.ts'

const PATIENCE_MS = 30 * 60_000

/**
 * Orders that no florist has received when they should have: by `acceptBy`, or, where they have none, half an hour after they were
 * placed, which their ids tell: `not_received`.
 */
export function overdueStoreOrders(orm: MikroORM) {
  const late = `store_orders where status = 'NEW' and (accept_by < now() or (accept_by is null and id < ?))`
  return async () => ({
    not_received: await countUpTo(orm.em.fork(), late, [newId(Date.now() - PATIENCE_MS)]),
  })
}
