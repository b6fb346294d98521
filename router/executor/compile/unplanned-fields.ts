import type { CompiledFetch } from './fetches.ts'
import { type CompiledSelection, distinguishedTypes, innerSelection, outputFor, typeConditionsOf } from './output.ts'
import { type FetchedField, isSelectedOn } from './response-shape.ts'

/** A field that the client asks of objects of a `type` ('': of all) at a path, and no fetch of the plan brings. */
export type UnplannedField = { path: readonly string[]; selection: CompiledSelection; typename: string; name: string }

/** So many fields are looked for. What is beyond is taken to be fetched. */
const MAX_FIELDS = 50_000

/**
 * What the plan forgot. The planner leaves out what it takes to be impossible: a fragment on a type that one of the
 * subgraphs that share a field does not know, a field whose interface nothing in the subgraph implements.
 */
export function findUnplannedFields(root: CompiledSelection, fetches: readonly CompiledFetch[]): UnplannedField[] {
  const found: UnplannedField[] = []
  const byPath = new Map<string, FetchedField[]>()
  for (const { path, fields } of fetches) {
    const key = pathKey(path.filter((name) => name !== '@'))
    byPath.set(key, [...(byPath.get(key) ?? []), ...fields])
  }
  const conditions = typeConditionsOf(root)
  let left = MAX_FIELDS

  const walk = (selection: CompiledSelection, path: readonly string[], above: readonly FetchedField[]) => {
    const here = [...above, ...(byPath.get(pathKey(path)) ?? [])]
    const inner = new Map<string, Set<CompiledSelection>>()
    for (const typename of distinguishedTypes(selection, conditions)) {
      for (const { name, kind, type: given } of outputFor(selection, typename)?.fields ?? []) {
        if (left-- <= 0) return
        if (kind !== 'value') continue
        const isFetched = here.some(
          (each) => each.name === name && isSelectedOn(each, typename || undefined, selection.context.schema),
        )
        const inside = innerSelection(given)
        if (!isFetched) found.push({ path, selection, typename, name })
        else if (inside) inner.set(name, (inner.get(name) ?? new Set()).add(inside))
      }
    }
    for (const [name, selections] of inner) {
      const fields = here.flatMap((each) => (each.name === name ? (each.fields ?? []) : []))
      for (const each of selections) walk(each, [...path, name], fields)
    }
  }
  walk(root, [], [])
  return found
}

const pathKey = (path: readonly string[]) => path.join('.')
