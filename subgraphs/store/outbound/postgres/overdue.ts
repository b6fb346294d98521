import type { MikroORM } from '@mikro-orm/postgresql'
import { newId } from '../../../../chassis/ids.ts'
import { countUpTo } from '../../../../chassis/postgres/reads.ts'

const PATIENCE_MS = 30 * 60_000
/** A rider needs that long before the window. */
const DECORATED_BEFORE_MS = 60 * 60_000

/**
 * Orders that no florist has received when they should have: by `acceptBy`, or, where they have none, half an hour after they were
 * placed, which their ids tell: `not_received`; and those that a florist has received, and that are not ready an hour before their
 * window: `not_decorated`.
 */
export function overdueStoreOrders(orm: MikroORM) {
  const late = `store_orders where status = 'NEW' and (accept_by < now() or (accept_by is null and id < ?))`
  const unready = `store_orders where status = 'RECEIVED' and (promise->>'startsAt')::timestamptz < ?`
  return async () => {
    const em = orm.em.fork()
    return {
      not_received: await countUpTo(em, late, [newId(Date.now() - PATIENCE_MS)]),
      not_decorated: await countUpTo(em, unready, [new Date(Date.now() + DECORATED_BEFORE_MS)]),
    }
  }
}
