import type { Schema } from '@apollo/federation-internals'
import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import type { Operation } from '../../operation.ts'
import type { ArgumentAliases } from './argument-aliases.ts'
import { entityFields } from './split-fetch.ts'

/**
 * One part of a representation: a field of the tree under the name that the subgraph expects (`as`), or the fields of a
 * type. A field that is not required may be missing: only fields that are not fetched require it.
 */
export type RequiredSelection =
  | { kind: 'field'; name: string; as: string; selections: RequiredSelection[] | null; isRequired: boolean }
  | { kind: 'fragment'; on: string; selections: RequiredSelection[] }

/**
 * How to write the representations of a fetch's entities. `byType` is filled on use and holds types of the supergraph only;
 * null: objects of this type are not fetched.
 */
export type CompiledRepresentation = {
  schema: GraphQLSchema
  requires: RequiredSelection[]
  /** Objects of all types `on` are represented as `to`. */
  typenameSetters: { on: string[]; to: string }[]
  /** Those of the types whose key is `__typename`: their objects may be represented by that alone. */
  typenameKeys: ReadonlySet<string>
  byType: Map<string, { prefix: string; fields: WrittenField[]; isTypenameKey: boolean } | null>
  /** How many fetches of the plan use it. */
  fetchCount: number
}

/** A field as it is written: `json` is what stands before its value. `byType` is as above; undefined: not known. */
export type WrittenField = {
  name: string
  json: string
  selections: RequiredSelection[] | null
  isRequired: boolean
  byType: Map<string | undefined, WrittenField[]>
}

/** The planner's rewrites of representations: where a subgraph has an interface object, it knows the interface's name only. */
export const typenameSettersOf = (rewrites: readonly FetchDataRewrite[]) =>
  rewrites.map((rewrite) => {
    const { path } = rewrite
    const on = path.slice(0, -1).flatMap((each) => (each.startsWith(FRAGMENT) ? [each.slice(FRAGMENT.length)] : []))
    if (rewrite.kind !== 'ValueSetter' || path.at(-1) !== '__typename' || on.length < path.length - 1)
      throw new Error('The plan changes more of a representation than its type.')
    return { on, to: `${rewrite.setValueTo}` }
  })

/** How the planner writes a type condition in a path. */
export const FRAGMENT = '... on '

export function compileRequires(
  nodes: readonly QueryPlanSelectionNode[],
  argumentAliases: ArgumentAliases,
  optional: ReadonlySet<string> = new Set(),
): RequiredSelection[] {
  return nodes.flatMap((node): RequiredSelection[] => {
    if (node.kind === 'InlineFragment') {
      const { typeCondition: on, selections } = node
      return on === undefined
        ? []
        : [{ kind: 'fragment', on, selections: compileRequires(selections, argumentAliases, optional) }]
    }
    const name = node.alias ?? node.name
    const as = argumentAliases.aliases.get(node.name)?.field ?? name
    const selections = node.selections ? compileRequires(node.selections, argumentAliases) : null
    return [{ kind: 'field', name, as, selections, isRequired: !optional.has(name) }]
  })
}

/** Whether a type has the key `__typename` in a subgraph. There is one object of it at most. */
export const hasTypenameKey = (schema: Schema | undefined, type: string): boolean =>
  schema
    ?.type(type)
    ?.appliedDirectivesOf<{ fields: string }>('key')
    .some((key) => key.arguments().fields.trim() === '__typename') ?? false

/**
 * The fields that no field of this operation requires, but others of its subgraph do. After a split they are in the
 * representations as well.
 */
export function unneededRequirements(
  operation: Operation,
  service: string,
  { requiredFields }: ArgumentAliases,
): ReadonlySet<string> {
  const fetched = new Set(entityFields(operation).map(({ type, field }) => `${service}.${type}.${field}`))
  const ofSubgraph = [...requiredFields].filter(([field]) => field.startsWith(`${service}.`))
  const names = (all: typeof ofSubgraph) => new Set(all.flatMap(([, required]) => required))
  return names(ofSubgraph).difference(names(ofSubgraph.filter(([field]) => fetched.has(field))))
}
