import type { Schema } from '@apollo/federation-internals'
import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type GraphQLSchema, Kind } from 'graphql'
import type { Operation, Selection } from '../../operation.ts'
import { type Condition, withConditions } from '../selection/conditions.ts'
import type { ArgumentAliases } from './argument-aliases.ts'

/**
 * One part of a representation: a field of the tree under the name that the subgraph expects (`as`), or the fields of a
 * type. The field may be missing if none of `when` holds, because only excluded fields require it; null: it is always
 * needed.
 */
export type RequiredSelection =
  | { kind: 'field'; name: string; as: string; selections: RequiredSelection[] | null; when: RequiredWhen }
  | { kind: 'fragment'; on: string; selections: RequiredSelection[] }

export type RequiredWhen = readonly (readonly Condition[])[] | null

/**
 * How to write the representations of a fetch's entities. `fastPaths` has, by type, the leaves to write and their names
 * as JSON, or null where the general way is needed. It is filled on use and holds types of the supergraph only.
 */
export type CompiledRepresentation = {
  schema: GraphQLSchema
  requires: RequiredSelection[]
  rewrites: FetchDataRewrite[]
  /** Those of the types whose key is `__typename`: their objects may be represented by that alone. */
  typenameKeys: ReadonlySet<string>
  fastPaths: Map<string, FastPath | null>
  /** How many fetches of the plan use it. */
  fetchCount: number
}

/** `isTypenameKey`: the representation may have no leaves. */
export type FastPath = {
  prefix: string
  isTypenameKey: boolean
  leaves: { name: string; json: string; when: RequiredWhen }[]
}

export function compileRequires(
  nodes: readonly QueryPlanSelectionNode[],
  argumentAliases: ArgumentAliases,
  conditional: ReadonlyMap<string, RequiredWhen> = new Map(),
): RequiredSelection[] {
  return nodes.flatMap((node): RequiredSelection[] => {
    if (node.kind === 'InlineFragment') {
      const { typeCondition: on, selections } = node
      return on === undefined
        ? []
        : [{ kind: 'fragment', on, selections: compileRequires(selections, argumentAliases, conditional) }]
    }
    const name = node.alias ?? node.name
    const as = argumentAliases.aliases.get(node.name)?.field ?? name
    const selections = node.selections ? compileRequires(node.selections, argumentAliases) : null
    return [{ kind: 'field', name, as, selections, when: conditional.get(name) ?? null }]
  })
}

/** Whether a type has the key `__typename` in a subgraph. There is one object of it at most. */
export const hasTypenameKey = (schema: Schema | undefined, type: string): boolean =>
  schema
    ?.type(type)
    ?.appliedDirectivesOf<{ fields: string }>('key')
    .some((key) => key.arguments().fields.trim() === '__typename') ?? false

/**
 * The fields that only some of the fetched fields require, with the conditions of those. The planner fetches
 * requirements under these conditions, but treats the whole entity as depending on them.
 */
export function conditionalRequirements(
  operation: Operation,
  service: string,
  { requiredFields }: ArgumentAliases,
): ReadonlyMap<string, RequiredWhen> {
  const found = new Map<string, RequiredWhen>()
  // After a split, requirements of the fields in other parts are not needed at all.
  for (const [field, names] of requiredFields)
    if (field.startsWith(`${service}.`)) for (const name of names) found.set(name, [])
  const walk = (selections: readonly Selection[], type: string, when: readonly Condition[]) => {
    for (const selection of selections) {
      const now = withConditions(when, selection.directives)
      if (!now) continue
      if (selection.kind === Kind.FIELD) {
        for (const name of requiredFields.get(`${service}.${type}.${selection.name.value}`) ?? []) {
          const before = found.get(name)
          found.set(name, now.length === 0 || before === null ? null : [...(before ?? []), now])
        }
      } else walk(selection.selectionSet.selections, selection.typeCondition?.name.value ?? type, now)
    }
  }
  for (const root of operation.selectionSet.selections) walk(root.selectionSet?.selections ?? [], '', [])
  return found
}
