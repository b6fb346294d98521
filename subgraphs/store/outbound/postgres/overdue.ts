import type { MikroORM } from '@mikro-orm/postgresql'
import { newId } from '../../../../chassis/ids.ts'
import { countUpTo } from '../../../../chassis/postgres/reads.ts'

const PATIENCE_MS = 30 * 60_000
/** How long after the order a florist may decorate where no window says it. */
const WITHOUT_WINDOW_MS = 2 * 60 * 60_000
/** A rider needs that long before the window. */
const DECORATED_BEFORE_MS = 60 * 60_000

/**
 * Orders that no florist has received when they should have: by `acceptBy`, or, where they have none, half an hour after they were
 * placed, which their ids tell: `not_received`; and those that a florist has received, and that are not ready an hour before their
 * window, or, where they have none, two hours after they were placed: `not_decorated`.
 */
export function overdueStoreOrders(orm: MikroORM) {
  const late = `store_orders where status = 'NEW' and (accept_by < now() or (accept_by is null and id < ?))`
  const unready = `store_orders where status = 'RECEIVED'
    and ((promise->>'startsAt')::timestamptz < ? or (promise is null and id < ?))`
  return async () => {
    const em = orm.em.fork()
    return {
      not_received: await countUpTo(em, late, [newId(Date.now() - PATIENCE_MS)]),
      not_decorated: await countUpTo(em, unready, [
        new Date(Date.now() + DECORATED_BEFORE_MS),
        newId(Date.now() - WITHOUT_WINDOW_MS),
      ]),
    }
  }
}
