import type { EntityManager } from '@mikro-orm/postgresql'
import type { Revocation } from '../../domain/revocation.ts'

/** Records a revocation in the transaction of `em`; of two of the same thing the later time is kept. */
export async function revoke(em: EntityManager, { kind, id, before }: Revocation): Promise<void> {
  const sql = `insert into revocation (kind, id, before) values (?, ?, ?)
    on conflict (kind, id) do update set before = greatest(revocation.before, excluded.before)`
  await em.execute(sql, [kind, id, before])
}
