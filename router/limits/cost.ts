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
} from 'graphql'
import { JsonNumber } from '../../chassis/exact-json.ts'
import type { Field, Operation, SelectionSet } from '../operation.ts'
import type { IntrospectionCost } from './introspection.ts'

/** Every field costs 1 plus the cost of its selection, multiplied by `factor`, the number of its members. */
export type Cost = { factor: Length; below: Cost[] }

/** The length of a page: a number, or a variable with its default. */
type Length = number | { variable: string; default: number }

/** A requested page: its length, and by which argument of which field. */
export type Page = { length: Length; argument: string; field: string }

/** The length of lists without a page argument. */
const ASSUMED_LENGTH = 10
const ONE: Cost[] = [{ factor: 0, below: [] }]
const PAGE_ARGUMENTS = ['first', 'last']

/** The cost of each root field, and the requested pages. */
export function costsOf(
  schema: GraphQLSchema,
  operation: Operation,
  introspectionCost: IntrospectionCost,
): { costs: Cost[]; pages: Page[] } {
  const pages: Page[] = []

  const ofSet = (set: SelectionSet, parent: GraphQLNamedType | undefined, isPage: boolean): Cost[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return ofField(selection, parent, isPage)
      const condition = selection.typeCondition?.name.value
      return ofSet(selection.selectionSet, condition ? schema.getType(condition) : parent, isPage)
    })

  const ofField = (node: Field, parent: GraphQLNamedType | undefined, isPage: boolean): Cost[] => {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
    if (!field) return node.selectionSet ? [{ factor: introspectionCost(node), below: ONE }] : [] // `__typename`
    const page = pageOf(node, field, `${parent?.name}.${field.name}`)
    if (page) pages.push(page)
    // The members of a page (its `nodes` or `edges`) have been counted at the field with the page argument.
    const isList = isListType(getNullableType(field.type)) && !isPage
    const below = node.selectionSet ? ofSet(node.selectionSet, getNamedType(field.type), page !== undefined) : []
    return [{ factor: page?.length ?? (isList ? ASSUMED_LENGTH : 1), below }]
  }

  const pageOf = (node: Field, field: GraphQLField<unknown, unknown>, name: string): Page | undefined => {
    const argument = field.args.find(({ name }) => PAGE_ARGUMENTS.includes(name))
    if (!argument) return undefined
    const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value
    const byDefault = typeof argument.defaultValue === 'number' ? argument.defaultValue : ASSUMED_LENGTH
    const length =
      given?.kind === Kind.VARIABLE
        ? { variable: given.name.value, default: defaultOf(operation, given.name.value) ?? byDefault }
        : given?.kind === Kind.INT
          ? Number(given.value)
          : byDefault
    return { length, argument: argument.name, field: name }
  }

  return { costs: ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, false), pages }
}

function defaultOf(operation: Operation, variable: string): number | undefined {
  const definition = operation.variableDefinitions?.find((definition) => definition.variable.name.value === variable)
  return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : undefined
}

/** The total cost with these variables. */
export function totalCost(costs: readonly Cost[], variables: Record<string, unknown>): number {
  let total = 0
  for (const { factor: times, below } of costs)
    total += 1 + Math.max(0, lengthOf(times, variables)) * totalCost(below, variables)
  return total
}

/** The length of a page with these variables. */
export function lengthOf(times: Length, variables: Record<string, unknown>): number {
  if (typeof times === 'number') return times
  const given = variables[times.variable]
  if (given instanceof JsonNumber) return given.toNumber()
  return typeof given === 'number' ? given : times.default
}
