import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  visit,
} from 'graphql'
import type { Refusal } from '../../errors.ts'
import type { Field, RefusedFields, SelectionSet } from '../../operation.ts'
import type { Nodes } from '../../supergraph/nodes.ts'
import { collectFields } from '../selection/collect-fields.ts'
import { isPrototypeName } from '../selection/json.ts'
import { isIntrospectionField } from '../selection/normal-form.ts'
import type { ResponseNames } from '../selection/response-names.ts'
import { type Leaf, leafOf } from './leaves.ts'
import { isOfType } from './response-shape.ts'

/**
 * What the selections of one operation share. They are compiled per type, when the first object of that type arrives.
 */
export type OutputContext = {
  schema: GraphQLSchema
  responseNames: ResponseNames
  refused: RefusedFields
  nodes: Nodes | null
  /** By declared type and selection sets, so that equal ones are compiled once. */
  selections: Map<string, CompiledSelection>
  ids: Map<object, number>
}

/** What the client selects on the objects at one place. Their declared type may be abstract. */
export type CompiledSelection = {
  sets: readonly SelectionSet[]
  declared: GraphQLCompositeType
  /** The output for each runtime type; '' is for objects without a `__typename`. */
  byType: Map<string, ObjectOutput>
  /** The output if the declared type is an object type, once compiled. */
  onlyOutput: ObjectOutput | null
  context: OutputContext
}

/**
 * The fields to answer for objects of one type. `typename` is null if only the interface is known: its own fields can
 * be answered, but not `__typename`, and the object is null if fields are selected that only some of its types have.
 * `isIdentity`: every field has the same name in the tree and the response.
 */
export type ObjectOutput = {
  typename: string | null
  name: string
  fields: FieldOutput[]
  hasMemberFields: boolean
  isIdentity: boolean
}

export type FieldOutput = {
  /** Its name in the response, and its name in the tree. */
  responseName: string
  name: string
  isPrototypeName: boolean
  kind: 'value' | 'typename' | 'introspection' | 'refused'
  type: TypeOutput
  /** The field's nodes in the operation, without refused ones. */
  nodes: readonly Field[]
  refusal: Refusal | null
}

/** The type of a field (`Type.responseName`): a list of `item`, an object with `selection`, or a `leaf`. */
export type TypeOutput = {
  nonNull: boolean
  name: string
  field: string
  item: TypeOutput | null
  selection: CompiledSelection | null
  leaf: Leaf
  /** Whether an object is null unless its owner has found it. */
  isNode: boolean
}

/** Compiles the output of an operation on a root type. */
export function compileOutput(
  set: SelectionSet,
  declared: GraphQLCompositeType,
  schema: GraphQLSchema,
  options: { responseNames?: ResponseNames; refused?: RefusedFields; nodes?: Nodes | null } = {},
): CompiledSelection {
  const { responseNames = new Map(), refused = new Map(), nodes = null } = options
  const context: OutputContext = { schema, responseNames, refused, nodes, selections: new Map(), ids: new Map() }
  return { sets: [set], declared, byType: new Map(), onlyOutput: null, context }
}

/** The output for an object with this `__typename`; undefined if clients know no such type at this place. */
export function outputFor(selection: CompiledSelection, typename: unknown): ObjectOutput | undefined {
  if (selection.onlyOutput) return selection.onlyOutput
  const { declared, byType } = selection
  // An object type has no subtypes, so a subgraph's `__typename` makes no difference.
  const name = isObjectType(declared) ? declared.name : typeof typename === 'string' ? typename : ''
  const known = byType.get(name)
  if (known) return known
  const type = name === '' ? declared : selection.context.schema.getType(name)
  if (!isCompositeType(type) || !isPossibleType(selection.context.schema, declared, type)) return undefined
  const compiled = compileObject(selection, type)
  byType.set(name, compiled)
  if (isObjectType(declared)) selection.onlyOutput = compiled
  return compiled
}

function isPossibleType(schema: GraphQLSchema, declared: GraphQLCompositeType, type: GraphQLCompositeType): boolean {
  if (declared === type) return true
  return isAbstractType(declared) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(declared, type)
}

function compileObject({ sets, context }: CompiledSelection, type: GraphQLCompositeType): ObjectOutput {
  const { schema } = context
  const { name } = type
  const collected = collectFields(sets, schema, type)
  const fields = [...collected].flatMap(([each, nodes]) => compileField(each, nodes, type, context) ?? [])
  const isIdentity = fields.every((each) => !each.isPrototypeName && each.responseName === each.name)
  if (isObjectType(type)) return { typename: name, name, fields, hasMemberFields: false, isIdentity }
  const hasMemberFields = schema
    .getPossibleTypes(type)
    .some((member) => [...collectFields(sets, schema, member).keys()].some((each) => !collected.has(each)))
  return { typename: null, name, fields, hasMemberFields, isIdentity }
}

function compileField(
  name: string,
  nodes: readonly Field[],
  parent: GraphQLCompositeType,
  context: OutputContext,
): FieldOutput | undefined {
  const responseName = context.responseNames.get(name) ?? name
  const base = {
    responseName,
    name,
    isPrototypeName: isPrototypeName(responseName) || isPrototypeName(name),
    nodes,
    refusal: null,
  }
  const field = nodes[0]?.name.value ?? ''
  if (field === '__typename') return { ...base, kind: 'typename', type: NO_TYPE }
  if (isIntrospectionField(field)) return { ...base, kind: 'introspection', type: NO_TYPE }
  const type = 'getFields' in parent ? parent.getFields()[field]?.type : undefined
  if (!type) return undefined
  const isNode = context.nodes?.fields.has(`${parent.name}.${field}`) ?? false
  const refused = nodes.find((node) => context.refused.has(node))
  const refusal = refused && context.refused.get(refused)
  if (!refusal)
    return {
      ...base,
      kind: 'value',
      type: { ...compileType(type, nodes, context, isNode), field: `${parent.name}.${responseName}` },
    }
  const fetched = nodes.filter((node) => !context.refused.has(node))
  return { ...base, kind: 'refused', type: { ...NO_TYPE, nonNull: isNonNullType(type) }, nodes: fetched, refusal }
}

function compileType(
  type: GraphQLOutputType,
  nodes: readonly Field[],
  context: OutputContext,
  isNode: boolean,
): TypeOutput {
  if (isNonNullType(type)) return { ...compileType(type.ofType, nodes, context, isNode), nonNull: true }
  const base = { nonNull: false, name: `${type}`, field: '', item: null, selection: null, leaf: passThrough, isNode }
  if (isListType(type)) return { ...base, item: compileType(type.ofType, nodes, context, isNode) }
  if (isLeafType(type)) return { ...base, leaf: leafOf(type) }
  return { ...base, selection: compileSelection(type, nodes, context) }
}

/**
 * Selections with the same declared type and selection sets are shared, so the size does not grow with the number of
 * members of an abstract type.
 */
function compileSelection(
  declared: GraphQLCompositeType,
  nodes: readonly Field[],
  context: OutputContext,
): CompiledSelection {
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  const key = `${declared.name} ${sets.map((set) => idOf(set, context)).join()}`
  const known = context.selections.get(key)
  if (known) return known
  const selection = { sets, declared, byType: new Map(), onlyOutput: null, context }
  context.selections.set(key, selection)
  return selection
}

function idOf(node: object, { ids }: OutputContext): number {
  const number = ids.get(node) ?? ids.size
  ids.set(node, number)
  return number
}

const passThrough: Leaf = (value) => value
const NO_TYPE: TypeOutput = {
  nonNull: false,
  name: '',
  field: '',
  item: null,
  selection: null,
  leaf: passThrough,
  isNode: false,
}

/** The types at a place that the operation may select different fields of; '' stands for all others. */
export function distinguishedTypes(
  { declared, context: { schema } }: CompiledSelection,
  conditions: ReadonlySet<string>,
): string[] {
  if (isObjectType(declared)) return [declared.name]
  const unimplied = [...conditions].filter((condition) => !isOfType(schema, declared.name, condition))
  const members = schema.getPossibleTypes(declared).map(({ name }) => name)
  return ['', ...members.filter((member) => unimplied.some((condition) => isOfType(schema, member, condition)))]
}

/** The type conditions of all fragments of the operation. */
export function typeConditionsOf({ sets }: CompiledSelection): Set<string> {
  const found = new Set<string>()
  for (const set of sets) visit(set, { NamedType: ({ name }) => void found.add(name.value) })
  return found
}

/** The selection on a field's objects, inside any lists; null for a leaf. */
export const innerSelection = ({ item, selection }: TypeOutput): CompiledSelection | null =>
  item ? innerSelection(item) : selection
