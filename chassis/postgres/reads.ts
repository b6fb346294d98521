import type { EntityManager, EntitySchema } from '@mikro-orm/postgresql'
import { isId } from '../ids.ts'
import { LiveOutboxRow } from './rows.ts'

/** The rows of these ids, in the order of `ids`, null for a missing one; one query (for a DataLoader). */
export async function byIds<Row extends { id: string }>(
  em: EntityManager,
  entity: EntitySchema,
  ids: readonly string[],
): Promise<(Row | null)[]> {
  const found = await em.find(entity, { id: { $in: ids.filter(isId) } }, { disableIdentityMap: true })
  // The entity's rows have the shape rows.ts defines from Row.
  const byId = new Map((found as unknown as Row[]).map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id.toLowerCase()) ?? null)
}

/**
 * The rows for a page of a snapshot (nats/snapshots.ts). Among the audience's rows (`audience`: ids by column): the one
 * with `id`, or the open ones after `after`, sorted by id. Returns none if a value does not have the form of an id.
 */
export async function snapshotRows<Row extends { id: string }>(
  em: EntityManager,
  entity: EntitySchema,
  { audience, open, id }: { audience: { [column: string]: string }; open: object; id: string | null },
  { after, limit }: { after: string | null; limit: number },
): Promise<Row[]> {
  const ids = [...Object.values(audience), ...(id === null ? [] : [id]), ...(after === null ? [] : [after])]
  if (!ids.every(isId)) return []
  const which = id === null ? [open, after === null ? {} : { id: { $gt: after } }] : [{ id }]
  const rows = await em.find(
    entity,
    { $and: [audience, ...which] },
    { orderBy: { id: 'asc' }, limit, disableIdentityMap: true },
  )
  // The entity's rows have the shape rows.ts defines from Row.
  return rows as unknown as Row[]
}

/** The subjects among these with a message that is still in the outbox, so that LIVE may not have it yet. */
export async function subjectsInFlight(em: EntityManager, subjects: string[]): Promise<Set<string>> {
  const rows = await em.find(LiveOutboxRow, { subject: { $in: subjects } }, { disableIdentityMap: true })
  return new Set(rows.map(({ subject }) => subject))
}
