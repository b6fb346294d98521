import type { EntityManager } from '@mikro-orm/postgresql'
import { HELD_BY_CLIENTS, type Revocation } from '../../domain/revocation.ts'

/**
 * Records a revocation in the transaction of `em`; of two of the same thing the later time is kept. What a client holds goes with its
 * tokens.
 */
export async function revoke(em: EntityManager, { kind, id, before }: Revocation): Promise<void> {
  const sql = `insert into revocation (kind, id, before) values (?, ?, ?)
    on conflict (kind, id) do update set before = greatest(revocation.before, excluded.before)`
  await em.execute(sql, [kind, id, before])
  if (kind === 'client') await deleteHeld(em, id, before)
}

/** Deletes the grants, codes and refresh tokens that the client was issued before this second. No index: it is rare. */
export async function deleteHeld(em: EntityManager, clientId: string, before: number): Promise<void> {
  const kinds = HELD_BY_CLIENTS.map(() => '?').join(', ')
  const sql = `delete from provider_state
    where kind in (${kinds}) and payload ->> 'clientId' = ? and (payload ->> 'iat')::numeric < ?`
  await em.execute(sql, [...HELD_BY_CLIENTS, clientId, before])
}
