import type { MikroORM } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { byIds } from '../../../../chassis/postgres/reads.ts'
import type { Payment } from '../../domain/payment.ts'
import { PaymentRow } from './rows.ts'

/** Reads for one request: one query, however many are asked for. */
export type Reads = { payments: DataLoader<string, Payment | null> }

export const readsOf = (orm: MikroORM): Reads => ({
  payments: new DataLoader((ids) => byIds<Payment>(orm.em.fork(), PaymentRow, ids)),
})

/** Ids of the payments whose `dueAt` has come, the longest due first. */
export async function paymentsDue(orm: MikroORM, now: Date, limit: number): Promise<string[]> {
  const due = await orm.em
    .fork()
    .find(PaymentRow, { dueAt: { $lte: now } }, { fields: ['id'], orderBy: { dueAt: 'asc' }, limit })
  return due.map(({ id }) => id)
}
