import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type ValueNode,
} from 'graphql'
import { JsonNumber } from '../../chassis/exact-json.ts'
import type { Field, Operation, SelectionSet } from '../operation.ts'
import type { ListSizes } from '../supergraph/list-sizes.ts'
import { createInputCounter, type Inputs, inputsOf } from './inputs.ts'
import type { IntrospectionCost } from './introspection.ts'

/** The cost of selections. Only what depends on variables is kept field by field. */
export type Cost = { fixed: number; variable: readonly VariableCost[] }

/** A field costs 1, plus its inputs, plus its selection times its length. */
type VariableCost = { inputs: Inputs; length: Length; below: Cost }

/** The largest of the sizes that have a value, otherwise `assumed`. */
type Length = { sizes: readonly Size[]; assumed: number }

/** What an argument asks for: a number or the length of a list (null: nothing), or a variable with its default. */
type Size = number | null | { variable: string; default: number | null }

/** A requested page: its size, and by which argument of which field. */
export type Page = { size: Size; argument: string; field: string }

/** What is measured of an operation. */
export type Measures = { cost: Cost; pages: Page[]; rootFields: number }

/** The length of a list of which nothing is known; and of one inside another such list (docs/decisions/0023). */
const ASSUMED_LENGTH = 10
const ASSUMED_NESTED_LENGTH = 5
/** Input values at one place that cost as much as a field. */
const INPUTS_PER_COST = 10
const PAGE_ARGUMENTS = ['first', 'last']
const NOTHING: Cost = { fixed: 0, variable: [] }
const NO_INPUTS: Inputs = { values: 0, variables: [] }

/** Where a selection stands. */
type Place = {
  /** Whether a list around it has an unknown length. */
  isInUnknownList: boolean
  /** Whether this field's list has been counted at the field with the page argument. */
  isCounted: (field: string) => boolean
}

/** Measures an operation. `sizes` is what the supergraph declares of lists; others are pages if they have a page argument. */
export function measureOperation(
  schema: GraphQLSchema,
  sizes: ListSizes,
  operation: Operation,
  introspectionCost: IntrospectionCost,
): Measures {
  const pages: Page[] = []

  const ofSet = (set: SelectionSet, parent: GraphQLNamedType | undefined, place: Place): Cost => {
    const cost = { fixed: 0, variable: [] as VariableCost[] }
    for (const selection of set.selections) {
      const condition = selection.kind === Kind.FIELD ? undefined : selection.typeCondition?.name.value
      const added =
        selection.kind === Kind.FIELD
          ? ofField(selection, parent, place)
          : ofSet(selection.selectionSet, condition ? schema.getType(condition) : parent, place)
      cost.fixed += added.fixed
      cost.variable.push(...added.variable)
    }
    return cost
  }

  const ofField = (node: Field, parent: GraphQLNamedType | undefined, place: Place): Cost => {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
    if (!field) return node.selectionSet ? { fixed: 1 + introspectionCost(node), variable: [] } : NOTHING // `__typename`
    const { length, isUnknown, isCounted } = lengthOfField(node, field, `${parent?.name}.${field.name}`, place)
    const inside: Place = { isInUnknownList: place.isInUnknownList || isUnknown, isCounted }
    const selected = node.selectionSet ? ofSet(node.selectionSet, getNamedType(field.type), inside) : NOTHING
    const isNode = sizes.get(`${parent?.name}.${field.name}`)?.isNode
    const entry = isNode ? { ...selected, fixed: selected.fixed + 1 } : selected
    // An entry is made and sent also if nothing but its `__typename` is selected.
    const isFree = node.selectionSet && entry.fixed === 0 && entry.variable.length === 0
    const below = isFree && isListType(getNullableType(field.type)) ? { ...entry, fixed: 1 } : entry
    const part = { inputs: inputsOf(node.arguments), length, below }
    const isFixed = part.inputs.variables.length === 0 && isFixedLength(length) && below.variable.length === 0
    return isFixed ? { fixed: costOfField(part, {}, () => 0), variable: [] } : { fixed: 0, variable: [part] }
  }

  const lengthOfField = (node: Field, field: GraphQLField<unknown, unknown>, coordinate: string, place: Place) => {
    const declared = sizes.get(coordinate)
    const isList = isListType(getNullableType(field.type))
    const slicing = declared?.slicingArguments ?? PAGE_ARGUMENTS
    const asked = field.args.flatMap(({ name, defaultValue }): Size[] => {
      if (!slicing.includes(name)) return []
      const size = sizeAsked(operation, node, name, typeof defaultValue === 'number' ? defaultValue : null)
      pages.push({ size, argument: name, field: coordinate })
      return [size]
    })
    if (declared || asked.length) {
      const length = { sizes: asked, assumed: declared?.assumedSize ?? ASSUMED_LENGTH }
      const isCounted = (name: string) => !isList && (declared?.sizedFields.includes(name) ?? true)
      return { length, isUnknown: false, isCounted }
    }
    const isUnknown = isList && !place.isCounted(field.name)
    const assumed = isUnknown ? (place.isInUnknownList ? ASSUMED_NESTED_LENGTH : ASSUMED_LENGTH) : 1
    return { length: { sizes: [], assumed }, isUnknown, isCounted: () => false }
  }

  const outermost: Place = { isInUnknownList: false, isCounted: () => false }
  const cost = ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, outermost)
  return { cost, pages, rootFields: rootFieldsOf(operation.selectionSet) }
}

/** Without `__typename`, which calls nothing. */
function rootFieldsOf({ selections }: SelectionSet): number {
  return selections.reduce(
    (sum, selection) =>
      sum +
      (selection.kind === Kind.FIELD
        ? Number(selection.name.value !== '__typename')
        : rootFieldsOf(selection.selectionSet)),
    0,
  )
}

function sizeAsked(operation: Operation, node: Field, argument: string, byDefault: number | null): Size {
  const given = node.arguments?.find(({ name }) => name.value === argument)?.value
  if (given?.kind === Kind.VARIABLE) {
    const variable = given.name.value
    return { variable, default: defaultOf(operation, variable) ?? byDefault }
  }
  return literalSize(given) ?? byDefault
}

/** What a literal asks for: its value, or its length. */
function literalSize(value: ValueNode | undefined): number | undefined {
  if (value?.kind === Kind.LIST) return value.values.length
  return value?.kind === Kind.INT ? Number(value.value) : undefined
}

const defaultOf = (operation: Operation, variable: string) => literalSize(defaultValueOf(operation, variable))

const defaultValueOf = (operation: Operation, variable: string): ValueNode | undefined =>
  operation.variableDefinitions?.find((definition) => definition.variable.name.value === variable)?.defaultValue

const isFixedLength = ({ sizes }: Length) => sizes.every(isFixedSize)

/** Whether a size is the same with all variables. */
export const isFixedSize = (size: Size): boolean => typeof size !== 'object' || size === null

type CountVariable = (name: string) => number

/** The total cost with these variables, that without the values of inputs, and the variable that has most values. */
export function totalCost(
  operation: Operation,
  cost: Cost,
  variables: Record<string, unknown>,
): { total: number; withoutInputs: () => number; largest: () => { name: string; values: number } | undefined } {
  const inputs = createInputCounter(variables, (name) => defaultValueOf(operation, name))
  return {
    total: costOf(cost, variables, inputs.count),
    withoutInputs: () => costOf(cost, variables, null),
    largest: inputs.largest,
  }
}

function costOf({ fixed, variable }: Cost, variables: Record<string, unknown>, count: CountVariable | null): number {
  let total = fixed
  for (const part of variable) total += costOfField(part, variables, count)
  return total
}

function costOfField(
  { inputs, length, below }: VariableCost,
  variables: Record<string, unknown>,
  count: CountVariable | null,
): number {
  let { values } = count ? inputs : NO_INPUTS
  if (count) for (const name of inputs.variables) values += count(name)
  const times = Math.max(0, lengthWith(length, variables))
  return 1 + Math.floor(values / INPUTS_PER_COST) + times * costOf(below, variables, count)
}

function lengthWith({ sizes, assumed }: Length, variables: Record<string, unknown>): number {
  let longest: number | null = null
  for (const size of sizes) {
    const asked = sizeWith(size, variables)
    if (asked !== null && (longest === null || asked > longest)) longest = asked
  }
  return longest ?? assumed
}

/** What an argument asks for with these variables; null: nothing. */
export function sizeWith(size: Size, variables: Record<string, unknown>): number | null {
  if (size === null || typeof size === 'number') return size
  const given = variables[size.variable]
  if (given instanceof JsonNumber) return given.toNumber()
  if (Array.isArray(given)) return given.length
  return typeof given === 'number' ? given : size.default
}
