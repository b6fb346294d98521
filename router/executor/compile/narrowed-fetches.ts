import { collect } from '../selection/collect-fields.ts'
import type { CompiledFetch } from './fetches.ts'
import { conditionsOf, innerSelection, outputFor, type Selection, typesOf } from './output.ts'
import type { Required } from './required-selections.ts'

/** Fetches that concern only the objects of which the client asks for one of these fields. */
export type Narrow = ReadonlyMap<CompiledFetch, ReadonlySet<string>>

/**
 * The planner asks about all objects at a path, also where what the client wants of them depends on what they hang on: of
 * `... on Hotel { owner { name } } ... on Camp { owner { phone } }` it would have both asked of every owner. A fetch is
 * narrowed if it brings what the client asks for and nothing that other fetches need.
 */
export function narrowOf(asked: Selection, fetches: readonly CompiledFetch[]): Narrow {
  const narrow = new Map<CompiledFetch, ReadonlySet<string>>()
  if (fetches.some(({ contexts }) => contexts.length > 0)) return narrow
  const needed = new Set(fetches.flatMap(({ representing }) => namesIn(representing?.requires ?? [])))
  const conditions = conditionsOf(asked)
  for (const fetch of fetches) {
    if (!fetch.representing) continue
    const names = new Set(fetch.fields.map(({ name }) => name).filter((name) => name !== '__typename'))
    if (names.size === 0 || [...names].some((name) => needed.has(name))) continue
    const selections = selectionsAt(asked, fetch.path, conditions)
    if (selections.length > 1 && selections.some((each) => !asksAny(each, names))) narrow.set(fetch, names)
  }
  return narrow
}

/** What can be asked at the end of a path. */
function selectionsAt(asked: Selection, path: readonly string[], conditions: ReadonlySet<string>): Selection[] {
  let here = new Set([asked])
  for (const key of path) {
    if (key === '@') continue
    const inside = new Set<Selection>()
    for (const selection of here) {
      for (const type of typesOf(selection, conditions)) {
        const field = outputFor(selection, type)?.fields.find(({ name }) => name === key)
        const each = field && innerSelection(field.type)
        if (each) inside.add(each)
      }
    }
    here = inside
  }
  return [...here]
}

function asksAny({ parts, output: { fragments, schema } }: Selection, names: ReadonlySet<string>): boolean {
  return [...collect(parts, fragments, schema).keys()].some((name) => names.has(name))
}

const namesIn = (required: readonly Required[]): string[] =>
  required.flatMap((node) => [...(node.kind === 'field' ? [node.name] : []), ...namesIn(node.selections ?? [])])
