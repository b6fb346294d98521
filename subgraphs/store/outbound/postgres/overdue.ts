import type { MikroORM } from '@mikro-orm/postgresql'
import { newId } from '../../../../chassis/ids.ts'
import { countUpTo } from '../../../../chassis/postgres/reads.ts'

const PATIENCE_MS = 30 * 60_000

/** Orders that no florist has received half an hour after they were placed: `not_received`. Their ids tell when that was. */
export function overdueStoreOrders(orm: MikroORM) {
  return async () => ({
    not_received: await countUpTo(orm.em.fork(), `store_orders where status = 'NEW' and id < ?`, [
      newId(Date.now() - PATIENCE_MS),
    ]),
  })
}
