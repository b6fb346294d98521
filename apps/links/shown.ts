/** The `kind` of a live update (enum UpdateKind). */
export type UpdateKind = 'SNAPSHOT' | 'CHANGE' | 'GAP'

/**
 * What a live list shows after an update: a GAP empties it, because a SNAPSHOT of everything that is open follows; the others
 * replace one. `entity` is the update's (`entry`, `storeOrder`, `delivery`), which is null in a GAP.
 */
export function shown<Entity extends { id: string }>(
  before: ReadonlyMap<string, Entity>,
  { kind, entity }: { kind: UpdateKind; entity: Entity | null },
): ReadonlyMap<string, Entity> {
  if (kind === 'GAP') return new Map()
  return entity ? new Map(before).set(entity.id, entity) : before
}
