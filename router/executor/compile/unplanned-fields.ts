import { isUnionType as isFederationUnion, type Supergraph } from '@apollo/federation-internals'
import { isUnionType } from 'graphql'
import type { CompiledFetch } from './fetches.ts'
import {
  type CompiledSelection,
  distinguishedTypes,
  type FieldOutput,
  innerSelection,
  outputFor,
  typeConditionsOf,
} from './output.ts'
import { type FetchedField, isSelectedOn } from './response-shape.ts'

/**
 * A field that the client selects at a path and no fetch brings, on objects of this type ('': of any type). If
 * `isOfPartialMember`, it must not be fetched.
 */
export type UnplannedField = {
  path: readonly string[]
  selection: CompiledSelection
  typename: string
  name: string
  isOfPartialMember: boolean
}

/** Fields looked for at most. Those beyond count as fetched. */
const MAX_FIELDS = 50_000

/** Whether only some of the subgraphs with a union have this member. */
export type IsPartialMember = (union: string, member: string) => boolean

/**
 * A field that the client selects at a path on objects of this type ('': of any type), and the fields of fetches that bring
 * it, by their names in the tree.
 */
export type SelectedField = {
  path: readonly string[]
  selection: CompiledSelection
  typename: string
  output: FieldOutput
  fetched: readonly FetchedField[]
}

/**
 * Calls `visit` with each field that the client selects, up to a number of them; those below a field that no fetch brings
 * are left out.
 */
export function visitSelectedFields(
  root: CompiledSelection,
  fetches: readonly CompiledFetch[],
  visit: (field: SelectedField) => void,
): void {
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
      for (const output of outputFor(selection, typename)?.fields ?? []) {
        if (left-- <= 0) return
        const { name } = output
        const fetched = here.filter(
          (each) => each.name === name && isSelectedOn(each, typename || undefined, selection.context.schema),
        )
        visit({ path, selection, typename, output, fetched })
        const inside = innerSelection(output.type)
        if (fetched.length && inside) inner.set(name, (inner.get(name) ?? new Set()).add(inside))
      }
    }
    for (const [name, selections] of inner) {
      const fields = here.flatMap((each) => (each.name === name ? (each.fields ?? []) : []))
      for (const each of selections) walk(each, [...path, name], fields)
    }
  }
  walk(root, [], [])
}

/**
 * The planner drops what it considers impossible: a fragment on a type that one of the subgraphs sharing a field does
 * not know, or a field whose interface has no implementation in the subgraph.
 *
 * If several subgraphs could bring a union, and only some of them have a member, no router fetches its fields: they are
 * null, and that is no error (executor/README.md, "Partial members"). Non-null fields are found, for their error.
 */
export function findUnplannedFields(
  root: CompiledSelection,
  fetches: readonly CompiledFetch[],
  isPartialMember: IsPartialMember,
): UnplannedField[] {
  const found: UnplannedField[] = []
  visitSelectedFields(root, fetches, ({ path, selection, typename, output: { name, kind, type }, fetched }) => {
    if (kind !== 'value' || fetched.length) return
    const isOfPartialMember = isUnionType(selection.declared) && isPartialMember(selection.declared.name, typename)
    if (!isOfPartialMember || type.nonNull) found.push({ path, selection, typename, name, isOfPartialMember })
  })
  return found
}

export function partialMembersIn(federation: Supergraph): IsPartialMember {
  const subgraphs = [...federation.subgraphs()]
  return (union, member) => {
    const unions = subgraphs.map(({ schema }) => schema.type(union)).filter((type) => !!type && isFederationUnion(type))
    const having = unions.filter((type) => type.types().some(({ name }) => name === member))
    return having.length > 0 && having.length < unions.length
  }
}

const pathKey = (path: readonly string[]) => path.join('.')
