import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type DocumentNode, type GraphQLSchema, Kind, type SelectionNode } from 'graphql'
import { fragmentsOf } from '../../selections.ts'
import { type Condition, withConditions } from '../selection/conditions.ts'
import type { StandIns } from './argument-aliases.ts'

/**
 * What a representation is made of: a field of the tree by what the subgraph calls it (`as`), or what a type has. A field
 * may do without where all of `when` fail: only fields that are left out then require it. null: it is always needed.
 */
export type Required =
  | { kind: 'field'; name: string; as: string; selections: Required[] | null; when: Needed }
  | { kind: 'fragment'; on: string; selections: Required[] }

export type Needed = readonly (readonly Condition[])[] | null

/**
 * How the representations of a fetch's entities are written. By the entity's type there may be a quick way: the names of
 * its leaves, already as JSON. Types are met as they come, so it is filled as it is used; only the supergraph's own.
 */
export type Representing = {
  schema: GraphQLSchema
  requires: Required[]
  rewrites: FetchDataRewrite[]
  quick: Map<string, Quick | null>
  /** How many fetches of the plan ask with these. */
  users: number
}

export type Quick = { start: string; leaves: { name: string; json: string; when: Needed }[] }

export function requiredOf(
  nodes: readonly QueryPlanSelectionNode[],
  standIns: StandIns,
  conditional: ReadonlyMap<string, Needed> = new Map(),
): Required[] {
  return nodes.flatMap((node): Required[] => {
    if (node.kind === 'InlineFragment') {
      const { typeCondition: on, selections } = node
      return on === undefined
        ? []
        : [{ kind: 'fragment', on, selections: requiredOf(selections, standIns, conditional) }]
    }
    const name = node.alias ?? node.name
    const as = standIns.fields.get(node.name)?.field ?? name
    const selections = node.selections ? requiredOf(node.selections, standIns) : null
    return [{ kind: 'field', name, as, selections, when: conditional.get(name) ?? null }]
  })
}

/**
 * What only some of the fields that an operation asks of its entities require, and under which conditions these are asked.
 * The planner fetches it under their conditions, but takes the whole entity to depend on it.
 */
export function conditionallyRequired(
  document: DocumentNode,
  service: string,
  { requires }: StandIns,
): ReadonlyMap<string, Needed> {
  const found = new Map<string, Needed>()
  // Of a request that was split, what only the fields of the other part require is not needed at all.
  for (const [field, names] of requires)
    if (field.startsWith(`${service}.`)) for (const name of names) found.set(name, [])
  const fragments = fragmentsOf(document)
  const walk = (selections: readonly SelectionNode[], type: string, when: readonly Condition[]) => {
    for (const selection of selections) {
      const now = withConditions(when, selection.directives)
      if (!now) continue
      if (selection.kind === Kind.FIELD) {
        for (const name of requires.get(`${service}.${type}.${selection.name.value}`) ?? []) {
          const before = found.get(name)
          found.set(name, now.length === 0 || before === null ? null : [...(before ?? []), now])
        }
        continue
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
      if (fragment) walk(fragment.selectionSet.selections, fragment.typeCondition?.name.value ?? type, now)
    }
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    for (const root of definition.selectionSet.selections) {
      if (root.kind === Kind.FIELD) walk(root.selectionSet?.selections ?? [], '', [])
    }
  }
  return found
}
