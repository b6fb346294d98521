import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { IntrospectionCost } from './introspection.ts'

/** Every field costs 1; what is below it counts as often as it may have members. */
export type Cost = { times: Times; below: Cost[] }

/** A page's length: as written, or in a variable (`otherwise` where that is not given). */
type Times = number | { variable: string; otherwise: number }

/** A page that is asked for: what its length is, and by which argument of which field. */
export type Page = { length: Times; argument: string; field: string }

/** A list of which nobody says how long it is counts as so long. */
const ASSUMED_LENGTH = 10
const ONE: Cost[] = [{ times: 0, below: [] }]
const PAGE_ARGUMENTS = ['first', 'last']

/** What an operation may cost, by root field, and the pages it asks for. Walks every fragment wherever it is spread. */
export function costsOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  introspectionCost: IntrospectionCost,
): { costs: Cost[]; pages: Page[] } {
  const pages: Page[] = []

  const ofSet = (set: SelectionSetNode, parent: GraphQLNamedType | undefined, isPage: boolean): Cost[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return ofField(selection, parent, isPage)
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
      const condition = fragment?.typeCondition?.name.value
      return fragment ? ofSet(fragment.selectionSet, condition ? schema.getType(condition) : parent, isPage) : []
    })

  const ofField = (node: FieldNode, parent: GraphQLNamedType | undefined, isPage: boolean): Cost[] => {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
    if (!field) return node.selectionSet ? [{ times: introspectionCost(node), below: ONE }] : [] // `__typename`
    const page = pageOf(node, field, `${parent?.name}.${field.name}`)
    if (page) pages.push(page)
    // The members of a page (its `nodes` or `edges`) are counted where its length is told.
    const isList = isListType(getNullableType(field.type)) && !isPage
    const below = node.selectionSet ? ofSet(node.selectionSet, getNamedType(field.type), page !== undefined) : []
    return [{ times: page?.length ?? (isList ? ASSUMED_LENGTH : 1), below }]
  }

  const pageOf = (node: FieldNode, field: GraphQLField<unknown, unknown>, name: string): Page | undefined => {
    const argument = field.args.find(({ name }) => PAGE_ARGUMENTS.includes(name))
    if (!argument) return undefined
    const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value
    const byDefault = typeof argument.defaultValue === 'number' ? argument.defaultValue : ASSUMED_LENGTH
    const length =
      given?.kind === Kind.VARIABLE
        ? { variable: given.name.value, otherwise: defaultOf(operation, given.name.value) ?? byDefault }
        : given?.kind === Kind.INT
          ? Number(given.value)
          : byDefault
    return { length, argument: argument.name, field: name }
  }

  return { costs: ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, false), pages }
}

function defaultOf(operation: OperationDefinitionNode, variable: string): number | undefined {
  const definition = operation.variableDefinitions?.find((definition) => definition.variable.name.value === variable)
  return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : undefined
}

/** The cost with these variables. */
export function sum(costs: readonly Cost[], variables: Record<string, unknown>): number {
  let total = 0
  for (const { times, below } of costs) total += 1 + Math.max(0, lengthOf(times, variables)) * sum(below, variables)
  return total
}

/** How long a page is with these variables. */
export function lengthOf(times: Times, variables: Record<string, unknown>): number {
  if (typeof times === 'number') return times
  const given = variables[times.variable]
  return typeof given === 'number' ? given : times.otherwise
}
