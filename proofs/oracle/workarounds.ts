import {
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { pruned } from './prune.ts'
import type { OperationRequest } from './request.ts'

/**
 * Writes an operation so that a mistake is avoided. If the executor answers that correctly, the mistake explains the
 * difference.
 */
export type Workaround = (request: OperationRequest, schema: GraphQLSchema) => OperationRequest

/** The operation with its conditions evaluated. */
export const withoutConditions: Workaround = (request, schema) => {
  const definitions = getOperationAST(request.document, request.operationName)?.variableDefinitions ?? []
  const { coerced = {} } = getVariableValues(schema, definitions, request.variables)
  const holds = (directives: readonly DirectiveNode[] = []) =>
    directives.every(({ name, arguments: [argument] = [] }) => {
      const value = isTrue(argument, coerced)
      return name.value === 'skip' ? !value : name.value !== 'include' || value
    })
  const bare = { Directive: () => null }
  const left = visit(request.document, {
    enter: (node) => ('directives' in node && isSelection(node.kind) && !holds(node.directives) ? null : undefined),
  })
  const filled = visit(left, {
    SelectionSet: { leave: (node) => (node.selections.length ? undefined : { ...node, selections: [TYPENAME] }) },
  })
  return pruned({ ...request, document: visit(filled, bare) })
}

/** The operation with an alias for every field that no schema uses as a name, so that none can be confused. */
export const withUniqueAliases: Workaround = (request) => {
  const names = new Map<string, string>()
  const renamed = visit(request.document, {
    Field: ({ alias, name, arguments: args = [], ...node }: FieldNode): FieldNode | undefined => {
      if (name.value.startsWith('__') && !(alias && name.value === '__typename')) return undefined
      const meaning = `${alias?.value ?? name.value}: ${name.value}(${args.map(print)})`
      const own = names.get(meaning) ?? `own_${names.size}`
      names.set(meaning, own)
      return { ...node, name, arguments: args, alias: { kind: Kind.NAME, value: own } }
    },
  })
  return { ...request, document: renamed }
}

/**
 * The operation with `__typename` in every selection set below the root. The planner keeps it with one field beside it only, and
 * loses it if it merges that field with one of a fragment.
 */
export const withTypenames: Workaround = (request) => ({
  ...request,
  document: visit(request.document, {
    SelectionSet: (set, _, parent): SelectionSetNode | undefined => {
      const isRoot = parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION
      return isRoot ? undefined : { ...set, selections: [TYPENAME, ...set.selections] }
    },
  }),
})

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
const SELECTIONS: string[] = [Kind.FIELD, Kind.INLINE_FRAGMENT, Kind.FRAGMENT_SPREAD]
const isSelection = (kind: string) => SELECTIONS.includes(kind)

function isTrue(argument: ArgumentNode | undefined, variables: Record<string, unknown>): boolean {
  if (argument?.value.kind === Kind.VARIABLE) return variables[argument.value.name.value] === true
  return argument?.value.kind === Kind.BOOLEAN && argument.value.value
}
