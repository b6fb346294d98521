import { collectFields } from '../selection/collect-fields.ts'
import type { CompiledFetch } from './fetches.ts'
import { type CompiledSelection, distinguishedTypes, innerSelection, outputFor, typeConditionsOf } from './output.ts'
import type { RequiredSelection } from './required-selections.ts'

/** Fetches that concern only the objects of which the client asks for one of these fields. */
export type NarrowedFetches = ReadonlyMap<CompiledFetch, ReadonlySet<string>>

/**
 * The planner asks about all objects at a path, also where what the client wants of them depends on what they hang on: of
 * `... on Hotel { owner { name } } ... on Camp { owner { phone } }` it would have both asked of every owner. A fetch is
 * narrowed if it brings what the client asks for and nothing that other fetches need.
 */
export function findNarrowedFetches(root: CompiledSelection, fetches: readonly CompiledFetch[]): NarrowedFetches {
  const narrowed = new Map<CompiledFetch, ReadonlySet<string>>()
  if (fetches.some(({ contextRewrites }) => contextRewrites.length > 0)) return narrowed
  const required = new Set(fetches.flatMap(({ representation }) => namesIn(representation?.requires ?? [])))
  const conditions = typeConditionsOf(root)
  for (const fetch of fetches) {
    if (!fetch.representation) continue
    const names = new Set(fetch.fields.map(({ name }) => name).filter((name) => name !== '__typename'))
    if (names.size === 0 || [...names].some((name) => required.has(name))) continue
    const selections = selectionsAt(root, fetch.path, conditions)
    if (selections.length > 1 && selections.some((each) => !selectsAny(each, names))) narrowed.set(fetch, names)
  }
  return narrowed
}

/** What can be asked at the end of a path. */
function selectionsAt(
  root: CompiledSelection,
  path: readonly string[],
  conditions: ReadonlySet<string>,
): CompiledSelection[] {
  let here = new Set([root])
  for (const key of path) {
    if (key === '@') continue
    const inside = new Set<CompiledSelection>()
    for (const selection of here) {
      for (const type of distinguishedTypes(selection, conditions)) {
        const field = outputFor(selection, type)?.fields.find(({ name }) => name === key)
        const each = field && innerSelection(field.type)
        if (each) inside.add(each)
      }
    }
    here = inside
  }
  return [...here]
}

function selectsAny({ parts, context: { fragments, schema } }: CompiledSelection, names: ReadonlySet<string>): boolean {
  return [...collectFields(parts, fragments, schema).keys()].some((name) => names.has(name))
}

const namesIn = (required: readonly RequiredSelection[]): string[] =>
  required.flatMap((node) => [...(node.kind === 'field' ? [node.name] : []), ...namesIn(node.selections ?? [])])
