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
import { collect, type Fragments, isIntrospection, type Occurrence, type Part } from '../selection/collect-fields.ts'
import { type Condition, implies } from '../selection/conditions.ts'
import { isOdd } from '../selection/json.ts'
import type { Names } from '../selection/response-names.ts'
import { type Leaf, leafOf } from './leaves.ts'
import { isOfType } from './response-shape.ts'

/** What an operation asks for, as its answer is made: compiled type by type, when the first object of a type comes. */
export type Output = {
  schema: GraphQLSchema
  fragments: Fragments
  names: Names
  /** By what they ask. */
  selections: Map<string, Selection>
  numbers: Map<object, number>
}

/** What is asked of the objects at one place, whose declared type may be abstract. */
export type Selection = {
  parts: readonly Part[]
  declared: GraphQLCompositeType
  /** How objects of a type are answered; null: the client knows no such type here. '' is for objects that do not tell. */
  byType: Map<string, ObjectOutput>
  /** How all are answered where there is but one type, once that is known. */
  only: ObjectOutput | null
  output: Output
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
  ofSome: Included[]
  plain: boolean
}

/** Under which conditions a field is here; and where these hold, it has been answered already. */
export type Included = { when: readonly Condition[]; unless: readonly (readonly Condition[])[] }

export type FieldOutput = Included & {
  /** What the client calls it, and its name in the tree. */
  key: string
  name: string
  odd: boolean
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
  selection: Selection | null
  leaf: Leaf
}

/** Prepares the answer to an operation on a root type. */
export function outputOf(
  set: SelectionSetNode,
  declared: GraphQLCompositeType,
  fragments: Fragments,
  schema: GraphQLSchema,
  names: Names,
): Selection {
  const output: Output = { schema, fragments, names, selections: new Map(), numbers: new Map() }
  return { parts: [{ set, when: [] }], declared, byType: new Map(), only: null, output }
}

/** How to answer an object with this `__typename`; undefined if the client knows no such type at this place. */
export function outputFor(selection: Selection, typename: unknown): ObjectOutput | undefined {
  if (selection.only) return selection.only
  const { declared, byType } = selection
  // An object type can be only itself, whatever a subgraph calls it.
  const name = isObjectType(declared) ? declared.name : typeof typename === 'string' ? typename : ''
  const known = byType.get(name)
  if (known) return known
  const type = name === '' ? declared : selection.output.schema.getType(name)
  if (!isCompositeType(type) || !mayBe(selection.output.schema, declared, type)) return undefined
  const compiled = compileObject(selection, type)
  byType.set(name, compiled)
  if (isObjectType(declared)) selection.only = compiled
  return compiled
}

function mayBe(schema: GraphQLSchema, declared: GraphQLCompositeType, type: GraphQLCompositeType): boolean {
  if (declared === type) return true
  return isAbstractType(declared) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(declared, type)
}

function compileObject({ parts, output }: Selection, type: GraphQLCompositeType): ObjectOutput {
  const { schema, fragments } = output
  const entries: { at: number; field: FieldOutput }[] = []
  const asked = collect(parts, fragments, schema, type)
  for (const [name, occurrences] of asked) {
    const [first] = occurrences
    if (!first) continue
    const field = compileField(name, first.field.name.value, occurrences, type, output)
    if (!field) continue
    const before: (readonly Condition[])[] = []
    for (const { when, at } of occurrences) {
      if (before.some((earlier) => implies(when, earlier))) continue
      const always = when.length === 0 && before.length === 0
      entries.push({ at, field: { ...field, when, unless: [...before], always } })
      before.push(when)
    }
  }
  const fields = entries.sort((a, b) => a.at - b.at).map(({ field }) => field)
  const { name } = type
  const plain = fields.every(({ always, odd, key, name }) => always && !odd && key === name)
  if (isObjectType(type)) return { typename: name, name, fields, ofSome: [], plain }
  const ofSome = schema.getPossibleTypes(type).flatMap((member) =>
    [...collect(parts, fragments, schema, member)].flatMap(([name, occurrences]) => {
      const unless = asked.get(name)?.map(({ when }) => when) ?? []
      return occurrences.flatMap(({ when }) => (unless.some((all) => implies(when, all)) ? [] : [{ when, unless }]))
    }),
  )
  return { typename: null, name, fields, ofSome, plain }
}

function compileField(
  name: string,
  field: string,
  occurrences: readonly Occurrence[],
  parent: GraphQLCompositeType,
  output: Output,
): FieldOutput | undefined {
  const key = output.names.get(name) ?? name
  const base = { key, name, odd: isOdd(key) || isOdd(name), when: [], unless: [], always: true, occurrences }
  if (field === '__typename') return { ...base, kind: 'typename', type: nothing }
  if (isIntrospection(field)) return { ...base, kind: 'introspection', type: nothing }
  const type = 'getFields' in parent ? parent.getFields()[field]?.type : undefined
  return type && { ...base, kind: 'value', type: compileType(type, occurrences, output) }
}

function compileType(type: GraphQLOutputType, occurrences: readonly Occurrence[], output: Output): TypeOutput {
  if (isNonNullType(type)) return { ...compileType(type.ofType, occurrences, output), nonNull: true }
  const base = { nonNull: false, name: `${type}`, item: null, selection: null, leaf: asItIs }
  if (isListType(type)) return { ...base, item: compileType(type.ofType, occurrences, output) }
  if (isLeafType(type)) return { ...base, leaf: leafOf(type) }
  return { ...base, selection: selectionOf(type, occurrences, output) }
}

/** Types that ask for the same thing share it, so that what is compiled does not grow with the number of their members. */
function selectionOf(declared: GraphQLCompositeType, occurrences: readonly Occurrence[], output: Output): Selection {
  const parts = occurrences.flatMap(({ field, when }) =>
    field.selectionSet ? [{ set: field.selectionSet, when }] : [],
  )
  const key = `${declared.name} ${parts.map(({ set, when }) => `${numberOf(set, output)}${JSON.stringify(when)}`).join()}`
  const known = output.selections.get(key)
  if (known) return known
  const selection = { parts, declared, byType: new Map(), only: null, output }
  output.selections.set(key, selection)
  return selection
}

function numberOf(node: object, { numbers }: Output): number {
  const number = numbers.get(node) ?? numbers.size
  numbers.set(node, number)
  return number
}

const asItIs: Leaf = (value) => value
const nothing: TypeOutput = { nonNull: false, name: '', item: null, selection: null, leaf: asItIs }

/** The types whose objects may be asked for something else than others at their place; '' stands for the others. */
export function typesOf({ declared, output: { schema } }: Selection, conditions: ReadonlySet<string>): string[] {
  if (isObjectType(declared)) return [declared.name]
  const told = [...conditions].filter((condition) => !isOfType(schema, declared.name, condition))
  const members = schema.getPossibleTypes(declared).map(({ name }) => name)
  return ['', ...members.filter((member) => told.some((condition) => isOfType(schema, member, condition)))]
}

/** The types that an operation's fragments are about. */
export function conditionsOf({ parts, output: { fragments } }: Selection): Set<string> {
  const found = new Set<string>()
  const note = ({ typeCondition }: { typeCondition?: NamedTypeNode | undefined }) => {
    if (typeCondition) found.add(typeCondition.name.value)
  }
  for (const { set } of parts) visit(set, { InlineFragment: note })
  for (const fragment of fragments.values()) visit(fragment, { FragmentDefinition: note, InlineFragment: note })
  return found
}

/** What is asked of the objects of a field; null: it has none. */
export const innerSelection = ({ item, selection }: TypeOutput): Selection | null =>
  item ? innerSelection(item) : selection
