import type { MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { byIds } from '../../../../chassis/postgres/reads.ts'
import type { Store } from '../../application/ports.ts'
import type { Payment } from '../../domain/payment.ts'
import { PaymentRow, StoreRow } from './rows.ts'

/** Reads for one request: one query for each kind, however many are asked for. */
export type Reads = { payments: DataLoader<string, Payment | null>; stores: DataLoader<string, Store | null> }

export const readsOf = (orm: MikroORM): Reads => ({
  payments: new DataLoader((ids) => byIds<Payment>(orm.em.fork(), PaymentRow, ids)),
  stores: new DataLoader((ids) => byIds<Store>(orm.em.fork(), StoreRow, ids)),
})

/** Ids of the payments whose `dueAt` has come, the longest due first. */
export async function paymentsDue(orm: MikroORM, now: Date, limit: number): Promise<string[]> {
  const due = await orm.em
    .fork()
    .find(PaymentRow, { dueAt: { $lte: now } }, { fields: ['id'], orderBy: { dueAt: 'asc' }, limit })
  return due.map(({ id }) => id)
}

/** Ids of the charged payments whose order was not heard of, though one was that was placed `afterMs` after the charge. */
export async function paymentsUnheard(orm: MikroORM, afterMs: number, limit: number): Promise<string[]> {
  const rows = await orm.em.fork().execute<{ id: string }[]>(
    `select id from payments
     where ordered_at is null and not closed
       and charged_at < (select max(ordered_at) from payments) - make_interval(secs => ?)
       and charged_at > (select min(ordered_at) from payments) + make_interval(secs => ?)
     order by charged_at limit ?`,
    [afterMs / 1_000, afterMs / 1_000, limit],
  )
  return rows.map(({ id }) => id)
}
