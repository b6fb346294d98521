import type { Schema } from '@apollo/federation-internals'
import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type GraphQLSchema, isAbstractType, isInterfaceType, Kind } from 'graphql'
import type { Operation, SelectionSet } from '../../operation.ts'
import { parseOperation } from '../selection/normal-form.ts'
import type { ArgumentAliases } from './argument-aliases.ts'
import { isOfType } from './response-shape.ts'
import { entityFields } from './split-fetch.ts'

/**
 * One part of a representation: a field of the tree under the name that the subgraph expects (`as`), or the fields of a
 * type. A field that is not required may be missing: only fields that are not fetched require it.
 */
export type RequiredSelection =
  | { kind: 'field'; name: string; as: string; selections: RequiredSelection[] | null; isRequired: boolean }
  | { kind: 'fragment'; on: string; selections: RequiredSelection[] }

/** What a fetch requires of its entities. */
export type Requirements = {
  schema: GraphQLSchema
  requires: RequiredSelection[]
  typenameSetters: TypenameSetter[]
}

/**
 * How to write the representations of a fetch's entities. `keys` has the types whose objects are fetched, each with the fields
 * by which the subgraph finds them. `byType` is filled on use, for these types. `fetchCount`: how many fetches of the plan use it.
 */
export type CompiledRepresentation = Requirements & {
  keys: ReadonlyMap<string, readonly string[]>
  byType: Map<string, { prefix: string; fields: WrittenField[] }>
  fetchCount: number
}

/** Objects of all types `on` are represented as `to`. */
type TypenameSetter = { on: string[]; to: string }

/** A field as it is written: `json` is what stands before its value. `byType` is by `__typename`; undefined: not known. */
export type WrittenField = {
  name: string
  json: string
  selections: RequiredSelection[] | null
  isRequired: boolean
  byType: Map<string | undefined, WrittenField[]>
}

/** The planner's rewrites of representations: where a subgraph has an interface object, it knows the interface's name only. */
export const typenameSettersOf = (rewrites: readonly FetchDataRewrite[]): TypenameSetter[] =>
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

/** What is required of objects of a type. */
export const selectionsOn = (typename: string, { requires, schema }: Requirements): RequiredSelection[] =>
  requires.flatMap((node) => (node.kind === 'fragment' && isOfType(schema, typename, node.on) ? node.selections : []))

/** The type as which objects of a type are represented. */
export function representedAs(typename: string, { typenameSetters, schema }: Requirements): string {
  let name = typename
  for (const { on, to } of typenameSetters) if (on.every((type) => isOfType(schema, name, type))) name = to
  return name
}

/**
 * By type, the fields of a key by which the subgraph finds its objects, and which is required of them. The planner also requires
 * fields of objects that are not to be fetched; no key of these is among them, or the subgraph does not know their type.
 */
export function keysIn(requirements: Requirements, subgraph: Schema | undefined): Map<string, string[]> {
  const { requires, schema } = requirements
  const types = new Set(requires.flatMap((node) => (node.kind === 'fragment' ? typesOf(node.on, schema) : [])))
  const keys = new Map<string, string[]>()
  for (const type of types) {
    const required = selectionsOn(type, requirements)
    const possible = resolvableKeys(subgraph, representedAs(type, requirements))
    const key =
      possible.find((each) => contains(required.filter(isAlwaysRequired), each)) ??
      possible.find((each) => contains(required, each))
    const fields = key?.selections.flatMap((each) => (each.kind === Kind.FIELD ? each.name.value : []))
    if (fields) keys.set(type, fields)
  }
  return keys
}

const isAlwaysRequired = (node: RequiredSelection) => node.kind === 'fragment' || node.isRequired

/** A type, and the types of its objects. */
function typesOf(name: string, schema: GraphQLSchema): string[] {
  const type = schema.getType(name)
  if (!isAbstractType(type)) return [name]
  const interfaces = isInterfaceType(type) ? schema.getImplementations(type).interfaces : []
  return [name, ...[...interfaces, ...schema.getPossibleTypes(type)].map((each) => each.name)]
}

function resolvableKeys(subgraph: Schema | undefined, type: string): SelectionSet[] {
  const keys = subgraph?.type(type)?.appliedDirectivesOf<{ fields: string; resolvable?: boolean }>('key') ?? []
  return keys.flatMap((key) => {
    const { fields, resolvable } = key.arguments()
    return resolvable === false ? [] : [parseOperation(`{${fields}}`).selectionSet]
  })
}

/** Whether a key is among what is required, whatever the types inside it. */
const contains = (required: readonly RequiredSelection[], key: SelectionSet): boolean =>
  key.selections.every((each) => {
    if (each.kind !== Kind.FIELD) return contains(required, each.selectionSet)
    const same = fieldsIn(required).filter(({ as }) => as === each.name.value)
    const inside = same.flatMap(({ selections }) => selections ?? [])
    return same.length > 0 && (!each.selectionSet || contains(inside, each.selectionSet))
  })

const fieldsIn = (nodes: readonly RequiredSelection[]): Extract<RequiredSelection, { kind: 'field' }>[] =>
  nodes.flatMap((node) => (node.kind === 'field' ? [node] : fieldsIn(node.selections)))

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
