import type { Representing } from '../compile/required.ts'
import type { Json } from '../selection/json.ts'
import { represent } from './representations.ts'

/**
 * Entities to ask about: the distinct representations as JSON, in order, and all the objects that each one stands for;
 * `others` cannot be asked about, being of other types or not known well enough.
 */
export type Batch = { representations: string; owners: Json[][]; others: Json[] }

/** Asks about each distinct entity once. */
export function batchOf(objects: readonly Json[], representing: Representing, variables: Json): Batch {
  const owners: Json[][] = []
  const others: Json[] = []
  const known = new Map<string, Json[]>()
  let representations = ''
  for (let index = 0; index < objects.length; index++) {
    const object = objects[index] as Json // within its length
    const json = represent(object, representing, variables)
    if (json === null) {
      others.push(object)
      continue
    }
    const same = known.get(json)
    if (same) {
      same.push(object)
      continue
    }
    const alone = [object]
    known.set(json, alone)
    owners.push(alone)
    representations += representations === '' ? json : `,${json}`
  }
  return { representations, owners, others }
}
