import type { CompiledFetch } from './fetches.ts'
import { conditionsOf, innerSelection, outputFor, type Selection, typesOf } from './output.ts'
import { type Fetched, isAsked } from './response-shape.ts'

/** A field that the client asks of objects of a `type` ('': of all) at a path, and no fetch of the plan brings. */
export type Unfetched = { path: readonly string[]; selection: Selection; type: string; name: string }

/** So many fields are looked for. What is beyond is taken to be fetched. */
const MOST_LOOKED_FOR = 50_000

/**
 * What the plan forgot. The planner leaves out what it takes to be impossible: a fragment on a type that one of the
 * subgraphs that share a field does not know, a field whose interface nothing in the subgraph implements.
 */
export function unfetchedOf(asked: Selection, fetches: readonly CompiledFetch[]): Unfetched[] {
  const found: Unfetched[] = []
  const byPath = new Map<string, Fetched[]>()
  for (const { path, fields } of fetches) {
    const key = keyOf(path.filter((name) => name !== '@'))
    byPath.set(key, [...(byPath.get(key) ?? []), ...fields])
  }
  const conditions = conditionsOf(asked)
  let left = MOST_LOOKED_FOR

  const walk = (selection: Selection, path: readonly string[], above: readonly Fetched[]) => {
    const here = [...above, ...(byPath.get(keyOf(path)) ?? [])]
    const inner = new Map<string, Set<Selection>>()
    for (const type of typesOf(selection, conditions)) {
      for (const { name, kind, type: given } of outputFor(selection, type)?.fields ?? []) {
        if (left-- <= 0) return
        if (kind !== 'value') continue
        const isBrought = here.some(
          (each) => each.name === name && isAsked(each, type || undefined, selection.output.schema),
        )
        const inside = innerSelection(given)
        if (!isBrought) found.push({ path, selection, type, name })
        else if (inside) inner.set(name, (inner.get(name) ?? new Set()).add(inside))
      }
    }
    for (const [name, selections] of inner) {
      const fields = here.flatMap((each) => (each.name === name ? (each.fields ?? []) : []))
      for (const each of selections) walk(each, [...path, name], fields)
    }
  }
  walk(asked, [], [])
  return found
}

const keyOf = (path: readonly string[]) => path.join('.')
