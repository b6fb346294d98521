import { type DirectiveNode, type GraphQLSchema, Kind, visit } from 'graphql'
import type { Operation } from '../../operation.ts'
import type { Json } from './json.ts'
import { conditionOf, normalForm } from './normal-form.ts'

/** The names of the variables in an operation's `@skip` and `@include`; kept as long as the operation. */
const known = new WeakMap<Operation, string[]>()

function conditionVariablesIn(operation: Operation): string[] {
  const before = known.get(operation)
  if (before) return before
  const names = [...findVariables(operation)].sort()
  known.set(operation, names)
  return names
}

function findVariables(operation: Operation): Set<string> {
  const names = new Set<string>()
  visit(operation, {
    Directive: (node) => {
      const value = conditionOf(node)
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return names
}

/** The values of an operation's conditions: a character for each variable, and '' if it has none. */
export const conditionKey = (operation: Operation, coerced: Json): string =>
  conditionVariablesIn(operation)
    .map((name) => (coerced[name] === true ? '1' : '0'))
    .join('')

/** What an operation is with these variables, in normal form: without `@skip` and `@include`. */
export function withConditionValues(schema: GraphQLSchema, operation: Operation, coerced: Json): Operation {
  if (conditionVariablesIn(operation).length === 0) return operation
  const withValue = (node: DirectiveNode): DirectiveNode | undefined => {
    const condition = conditionOf(node)
    if (condition?.kind !== Kind.VARIABLE) return undefined
    const value = { kind: Kind.BOOLEAN, value: coerced[condition.name.value] === true } as const
    return { ...node, arguments: node.arguments?.map((each) => ({ ...each, value })) }
  }
  return normalForm(schema, visit(operation, { Directive: withValue }))
}
