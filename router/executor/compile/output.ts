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
import type { SelectionSet } from '../../operation.ts'
import { type ConditionalSelectionSet, collectFields, type Occurrence } from '../selection/collect-fields.ts'
import { type Condition, implies } from '../selection/conditions.ts'
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
  /** By declared type and selection sets, so that equal ones are compiled once. */
  selections: Map<string, CompiledSelection>
  ids: Map<object, number>
}

/** What the client selects on the objects at one place. Their declared type may be abstract. */
export type CompiledSelection = {
  parts: readonly ConditionalSelectionSet[]
  declared: GraphQLCompositeType
  /** The output for each runtime type; '' is for objects without a `__typename`. */
  byType: Map<string, ObjectOutput>
  /** The output if the declared type is an object type, once compiled. */
  onlyOutput: ObjectOutput | null
  context: OutputContext
}

/**
 * The fields to answer for objects of one type. `typename` is null if only the interface is known: its own fields can
 * be answered, but not `__typename`, and the object is null if one of `memberFields` is included, which only some of
 * its types have. `isIdentity`: every field is always included and has the same name in the tree and the response.
 */
export type ObjectOutput = {
  typename: string | null
  name: string
  fields: FieldOutput[]
  memberFields: Inclusion[]
  isIdentity: boolean
}

/** A field is included where `when` holds, and answered earlier in the response where one of `unless` does. */
export type Inclusion = { when: readonly Condition[]; unless: readonly (readonly Condition[])[] }

export type FieldOutput = Inclusion & {
  /** Its name in the response, and its name in the tree. */
  responseName: string
  name: string
  isPrototypeName: boolean
  always: boolean
  kind: 'value' | 'typename' | 'introspection'
  type: TypeOutput
  occurrences: readonly Occurrence[]
}

/** The type of a field: a list of `item`, an object with `selection`, or a `leaf`. */
export type TypeOutput = {
  nonNull: boolean
  name: string
  item: TypeOutput | null
  selection: CompiledSelection | null
  leaf: Leaf
}

/** Compiles the output of an operation on a root type. */
export function compileOutput(
  set: SelectionSet,
  declared: GraphQLCompositeType,
  schema: GraphQLSchema,
  responseNames: ResponseNames,
): CompiledSelection {
  const context: OutputContext = { schema, responseNames, selections: new Map(), ids: new Map() }
  return { parts: [{ set, when: [] }], declared, byType: new Map(), onlyOutput: null, context }
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

function compileObject({ parts, context }: CompiledSelection, type: GraphQLCompositeType): ObjectOutput {
  const { schema } = context
  const entries: { order: number; field: FieldOutput }[] = []
  const collected = collectFields(parts, schema, type)
  for (const [name, occurrences] of collected) {
    const [first] = occurrences
    if (!first) continue
    const field = compileField(name, first.field.name.value, occurrences, type, context)
    if (!field) continue
    const before: (readonly Condition[])[] = []
    for (const { when, order } of occurrences) {
      if (before.some((earlier) => implies(when, earlier))) continue
      const always = when.length === 0 && before.length === 0
      entries.push({ order, field: { ...field, when, unless: [...before], always } })
      before.push(when)
    }
  }
  const fields = entries.sort((a, b) => a.order - b.order).map(({ field }) => field)
  const { name } = type
  const isIdentity = fields.every(
    ({ always, isPrototypeName, responseName, name }) => always && !isPrototypeName && responseName === name,
  )
  if (isObjectType(type)) return { typename: name, name, fields, memberFields: [], isIdentity }
  const memberFields = schema.getPossibleTypes(type).flatMap((member) =>
    [...collectFields(parts, schema, member)].flatMap(([name, occurrences]) => {
      const unless = collected.get(name)?.map(({ when }) => when) ?? []
      return occurrences.flatMap(({ when }) => (unless.some((all) => implies(when, all)) ? [] : [{ when, unless }]))
    }),
  )
  return { typename: null, name, fields, memberFields, isIdentity }
}

function compileField(
  name: string,
  field: string,
  occurrences: readonly Occurrence[],
  parent: GraphQLCompositeType,
  context: OutputContext,
): FieldOutput | undefined {
  const responseName = context.responseNames.get(name) ?? name
  const base = {
    responseName,
    name,
    isPrototypeName: isPrototypeName(responseName) || isPrototypeName(name),
    when: [],
    unless: [],
    always: true,
    occurrences,
  }
  if (field === '__typename') return { ...base, kind: 'typename', type: NO_TYPE }
  if (isIntrospectionField(field)) return { ...base, kind: 'introspection', type: NO_TYPE }
  const type = 'getFields' in parent ? parent.getFields()[field]?.type : undefined
  return type && { ...base, kind: 'value', type: compileType(type, occurrences, context) }
}

function compileType(type: GraphQLOutputType, occurrences: readonly Occurrence[], context: OutputContext): TypeOutput {
  if (isNonNullType(type)) return { ...compileType(type.ofType, occurrences, context), nonNull: true }
  const base = { nonNull: false, name: `${type}`, item: null, selection: null, leaf: passThrough }
  if (isListType(type)) return { ...base, item: compileType(type.ofType, occurrences, context) }
  if (isLeafType(type)) return { ...base, leaf: leafOf(type) }
  return { ...base, selection: compileSelection(type, occurrences, context) }
}

/**
 * Selections with the same declared type and selection sets are shared, so the size does not grow with the number of
 * members of an abstract type.
 */
function compileSelection(
  declared: GraphQLCompositeType,
  occurrences: readonly Occurrence[],
  context: OutputContext,
): CompiledSelection {
  const parts = occurrences.flatMap(({ field, when }) =>
    field.selectionSet ? [{ set: field.selectionSet, when }] : [],
  )
  const key = `${declared.name} ${parts.map(({ set, when }) => `${idOf(set, context)}${JSON.stringify(when)}`).join()}`
  const known = context.selections.get(key)
  if (known) return known
  const selection = { parts, declared, byType: new Map(), onlyOutput: null, context }
  context.selections.set(key, selection)
  return selection
}

function idOf(node: object, { ids }: OutputContext): number {
  const number = ids.get(node) ?? ids.size
  ids.set(node, number)
  return number
}

const passThrough: Leaf = (value) => value
const NO_TYPE: TypeOutput = { nonNull: false, name: '', item: null, selection: null, leaf: passThrough }

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
export function typeConditionsOf({ parts }: CompiledSelection): Set<string> {
  const found = new Set<string>()
  for (const { set } of parts) visit(set, { NamedType: ({ name }) => void found.add(name.value) })
  return found
}

/** The selection on a field's objects, inside any lists; null for a leaf. */
export const innerSelection = ({ item, selection }: TypeOutput): CompiledSelection | null =>
  item ? innerSelection(item) : selection
