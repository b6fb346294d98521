import { type Fetched, force } from '../compile/fetched-shape.ts'
import { isObject, type Json } from '../selection/json.ts'

/**
 * The entities of an answer, forced into their shape, and the paths of what had it not; null: there are not as many as
 * were asked about.
 */
export function answeredEntities(
  data: Json,
  count: number,
  checked: Fetched[],
): { entities: (Json | null)[]; wrong: (string | number)[][] } | null {
  const answered = data._entities
  if (!Array.isArray(answered) || answered.length !== count) return null
  const wrong: (string | number)[][] = []
  const entities = new Array<Json | null>(count).fill(null)
  for (let index = 0; index < count; index++) {
    const entity: unknown = answered[index]
    if (entity === null || entity === undefined) continue
    if (!isObject(entity) || ('__typename' in entity && typeof entity.__typename !== 'string')) {
      wrong.push(['_entities', index])
      continue
    }
    const places = force(entity, checked)
    if (places) for (const place of places) wrong.push(['_entities', index, ...place])
    entities[index] = entity
  }
  return { entities, wrong }
}
