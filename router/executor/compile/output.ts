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
  type NamedTypeNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import {
  type ConditionalSelectionSet,
  collectFields,
  type Fragments,
  isIntrospectionField,
  type Occurrence,
} from '../selection/collect-fields.ts'
import { type Condition, implies } from '../selection/conditions.ts'
import { isPrototypeName } from '../selection/json.ts'
import type { ResponseNames } from '../selection/response-names.ts'
import { type Leaf, leafOf } from './leaves.ts'
import { isOfType } from './response-shape.ts'

/** What an operation asks for, as its answer is made: compiled type by type, when the first object of a type comes. */
export type OutputContext = {
  schema: GraphQLSchema
  fragments: Fragments
  responseNames: ResponseNames
  /** By what they ask. */
  selections: Map<string, CompiledSelection>
  ids: Map<object, number>
}

/** What is asked of the objects at one place, whose declared type may be abstract. */
export type CompiledSelection = {
  parts: readonly ConditionalSelectionSet[]
  declared: GraphQLCompositeType
  /** How objects of a type are answered; null: the client knows no such type here. '' is for objects that do not tell. */
  byType: Map<string, ObjectOutput>
  /** How all are answered where there is but one type, once that is known. */
  onlyOutput: ObjectOutput | null
  context: OutputContext
}

/**
 * `typename` is null where only the interface is known: its own fields can be answered, its `__typename` cannot, nor can
 * the object at all where one of `ofSome` is asked for, which are fields of some of its types only. `plain`: all fields
 * are always here, and the client calls them what the tree does.
 */
export type ObjectOutput = {
  typename: string | null
  name: string
  fields: FieldOutput[]
  memberFields: Inclusion[]
  isIdentity: boolean
}

/** Under which conditions a field is here; and where these hold, it has been answered already. */
export type Inclusion = { when: readonly Condition[]; unless: readonly (readonly Condition[])[] }

export type FieldOutput = Inclusion & {
  /** What the client calls it, and its name in the tree. */
  responseName: string
  name: string
  isPrototypeName: boolean
  always: boolean
  kind: 'value' | 'typename' | 'introspection'
  type: TypeOutput
  occurrences: readonly Occurrence[]
}

/** A type as it is answered: a list of `item`, an object of `selection`, or a `leaf`. */
export type TypeOutput = {
  nonNull: boolean
  name: string
  item: TypeOutput | null
  selection: CompiledSelection | null
  leaf: Leaf
}

/** Prepares the answer to an operation on a root type. */
export function compileOutput(
  set: SelectionSetNode,
  declared: GraphQLCompositeType,
  fragments: Fragments,
  schema: GraphQLSchema,
  responseNames: ResponseNames,
): CompiledSelection {
  const context: OutputContext = { schema, fragments, responseNames, selections: new Map(), ids: new Map() }
  return { parts: [{ set, when: [] }], declared, byType: new Map(), onlyOutput: null, context }
}

/** How to answer an object with this `__typename`; undefined if the client knows no such type at this place. */
export function outputFor(selection: CompiledSelection, typename: unknown): ObjectOutput | undefined {
  if (selection.onlyOutput) return selection.onlyOutput
  const { declared, byType } = selection
  // An object type can be only itself, whatever a subgraph calls it.
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
  const { schema, fragments } = context
  const entries: { order: number; field: FieldOutput }[] = []
  const collected = collectFields(parts, fragments, schema, type)
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
    [...collectFields(parts, fragments, schema, member)].flatMap(([name, occurrences]) => {
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

/** Types that ask for the same thing share it, so that what is compiled does not grow with the number of their members. */
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

/** The types whose objects may be asked for something else than others at their place; '' stands for the others. */
export function distinguishedTypes(
  { declared, context: { schema } }: CompiledSelection,
  conditions: ReadonlySet<string>,
): string[] {
  if (isObjectType(declared)) return [declared.name]
  const unimplied = [...conditions].filter((condition) => !isOfType(schema, declared.name, condition))
  const members = schema.getPossibleTypes(declared).map(({ name }) => name)
  return ['', ...members.filter((member) => unimplied.some((condition) => isOfType(schema, member, condition)))]
}

/** The types that an operation's fragments are about. */
export function typeConditionsOf({ parts, context: { fragments } }: CompiledSelection): Set<string> {
  const found = new Set<string>()
  const note = ({ typeCondition }: { typeCondition?: NamedTypeNode | undefined }) => {
    if (typeCondition) found.add(typeCondition.name.value)
  }
  for (const { set } of parts) visit(set, { InlineFragment: note })
  for (const fragment of fragments.values()) visit(fragment, { FragmentDefinition: note, InlineFragment: note })
  return found
}

/** What is asked of the objects of a field; null: it has none. */
export const innerSelection = ({ item, selection }: TypeOutput): CompiledSelection | null =>
  item ? innerSelection(item) : selection
