import { collectFields } from '../selection/collect-fields.ts'
import type { CompiledFetch } from './fetches.ts'
import { type CompiledSelection, distinguishedTypes, innerSelection, outputFor, typeConditionsOf } from './output.ts'
import type { RequiredSelection } from './required-selections.ts'

/**
 * For each fetch that is sent for only some objects at its path: those of which the client selects one of these fields.
 */
export type NarrowedFetches = ReadonlyMap<CompiledFetch, ReadonlySet<string>>

/**
 * The planner sends a fetch for all objects at a path, even if what the client selects depends on the parent's type.
 * For `... on Hotel { owner { name } } ... on Camp { owner { phone } }` it would fetch both fields of every owner. A
 * fetch is narrowed if it brings fields that the client selects and that no other fetch requires.
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

/** The selections that the client may have at the end of a path, one for each way to get there. */
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

function selectsAny({ sets, context: { schema } }: CompiledSelection, names: ReadonlySet<string>): boolean {
  return [...collectFields(sets, schema).keys()].some((name) => names.has(name))
}

const namesIn = (required: readonly RequiredSelection[]): string[] =>
  required.flatMap((node) => [...(node.kind === 'field' ? [node.name] : []), ...namesIn(node.selections ?? [])])
