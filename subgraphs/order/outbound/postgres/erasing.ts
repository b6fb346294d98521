import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import type { ErasingReads } from '../../application/ports.ts'
import { ENDED } from '../../domain/erasing.ts'
import { BuyerRow } from './rows.ts'

/** The customers after this id who have erased their account, and of whose orders something personal is left; by id. */
export async function customersToErase(orm: MikroORM, after: string | null, limit: number): Promise<string[]> {
  const where = { erasure: 'DUE' as const, ...(after && { id: { $gt: after } }) }
  const due = await orm.em.fork().find(BuyerRow, where, { fields: ['id'], orderBy: { id: 'asc' }, limit })
  return due.map(({ id }) => id)
}

/** Orders of a customer that are not erased, by the index `orders_unerased`. */
export const unerasedIn =
  (em: EntityManager): ErasingReads['unerased'] =>
  async (customerId, which, limit) => {
    const sql = `select id from orders where customer_id = ? and recipient->>'name' <> ''
      and status ${which === 'ended' ? 'in' : 'not in'} (${ENDED.map(() => '?').join(', ')}) order by id limit ?`
    const rows = await em.execute<{ id: string }[]>(sql, [customerId, ...ENDED, limit])
    return rows.map(({ id }) => id)
  }
