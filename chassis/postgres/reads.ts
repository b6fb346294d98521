import type { EntityManager, EntitySchema } from '@mikro-orm/postgresql'
import { isId } from '../ids.ts'
import { LiveOutboxRow } from './rows.ts'

/** The rows of these ids in their order, null where there is none: one query (for a DataLoader). */
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
 * The rows for a page of a snapshot (nats/snapshots.ts): of those of an audience (`of`: ids by column) the one named, or
 * the open ones behind `after` in the order of their ids. What can't be an id finds nothing.
 */
export async function rowsToShow<Row extends { id: string }>(
  em: EntityManager,
  entity: EntitySchema,
  { of, open, id }: { of: { [column: string]: string }; open: object; id: string | null },
  { after, limit }: { after: string | null; limit: number },
): Promise<Row[]> {
  const ids = [...Object.values(of), ...(id === null ? [] : [id]), ...(after === null ? [] : [after])]
  if (!ids.every(isId)) return []
  const which = id === null ? [open, after === null ? {} : { id: { $gt: after } }] : [{ id }]
  const rows = await em.find(
    entity,
    { $and: [of, ...which] },
    { orderBy: { id: 'asc' }, limit, disableIdentityMap: true },
  )
  // The entity's rows have the shape rows.ts defines from Row.
  return rows as unknown as Row[]
}

/** Which of these subjects the stream LIVE may not have the last message of yet: it is in the outbox still. */
export async function subjectsInFlight(em: EntityManager, subjects: string[]): Promise<Set<string>> {
  const rows = await em.find(LiveOutboxRow, { subject: { $in: subjects } }, { disableIdentityMap: true })
  return new Set(rows.map(({ subject }) => subject))
}
