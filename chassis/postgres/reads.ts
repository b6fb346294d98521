import type { EntityManager, EntitySchema } from '@mikro-orm/postgresql'
import { isId } from '../ids.ts'

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
