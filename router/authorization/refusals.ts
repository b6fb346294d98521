import {
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { code, type ErrorPath } from '../errors.ts'
import { createErrorCollector } from '../executor/answer/error-collector.ts'
import { type SelectionContext, selectedNodes, selectionSetsOf } from '../selections.ts'
import type { RestrictedOperation } from './remove-refused.ts'

type Answer = Record<string, unknown>
type Selected = Map<string, FieldNode[]>

/**
 * Turns the answer to what was left of an operation into the answer to the whole of it: refused fields are null, each
 * with an error at its place, and a null goes up to where the schema allows one, as everywhere in GraphQL.
 * `variables` are the coerced ones.
 */
export function mergeRefusals(
  schema: GraphQLSchema,
  restricted: RestrictedOperation,
  variables: Record<string, unknown>,
  result: ExecutionResult,
): ExecutionResult {
  const root = schema.getRootType(restricted.operation.operation)
  // Null altogether, or not run at all: the errors there say why, and no field has a place any more.
  if (!result.data || !root) return result
  const context = { schema, fragments: restricted.fragments, variables }
  const selected = createFieldSelector(context)
  const path: ErrorPath = []
  const collector = createErrorCollector()
  const data = mergeObject(root, selectedNodes([restricted.operation.selectionSet], root.name, context), result.data)
  const others = result.errors?.filter(({ path }) => !path || !collector.isReportedAtOrAbove(path)) ?? []
  for (const error of others) if (!collector.report(error.path ?? [], () => error)) break
  return { ...result, data, errors: collector.collected() }

  function mergeObject(type: GraphQLObjectType, fields: Selected, value: Answer): Answer | null {
    const all: Answer = Object.create(null)
    let isValid = true
    for (const [name, nodes] of fields) {
      path.push(name)
      const fieldType = type.getFields()[nodes[0]?.name.value ?? '']?.type
      const refused = nodes.find((node) => restricted.refused.has(node))
      if (refused) collector.report(path, () => refusalError(restricted, refused, [...path]))
      const hasRefusedBelow = nodes.some((node) => restricted.ancestors.has(node))
      all[name] = refused
        ? null
        : hasRefusedBelow && fieldType
          ? mergeValue(fieldType, nodes, value[name])
          : (value[name] ?? null)
      if (all[name] === null && isNonNullType(fieldType)) isValid = false
      path.pop()
    }
    return isValid ? all : null
  }

  function mergeValue(type: GraphQLOutputType, nodes: FieldNode[], value: unknown): unknown {
    if (isNonNullType(type)) return mergeValue(type.ofType, nodes, value)
    if (value === null || value === undefined) return null
    if (isListType(type)) return Array.isArray(value) ? mergeList(type.ofType, nodes, value) : null
    const object = value as Answer // what is `above` has a selection, so is of a type with fields
    const named = isAbstractType(type) ? schema.getType(String(object[restricted.typenameKey])) : type
    if (isObjectType(named)) return mergeObject(named, selected(nodes, named.name), object)
    const message = 'An object came without its type.'
    collector.report(path, () => new GraphQLError(message, { path: [...path], extensions: { code: code.internal } }))
    return null
  }

  function mergeList(type: GraphQLOutputType, nodes: FieldNode[], values: unknown[]): unknown[] | null {
    const all = values.map((value, index) => {
      path.push(index)
      const member = mergeValue(type, nodes, value)
      path.pop()
      return member
    })
    return isNonNullType(type) && all.includes(null) ? null : all
  }
}

/** For a subscription, which is refused as a whole: the errors of the root fields that are refused, if any. */
export function refusedRootErrors(
  schema: GraphQLSchema,
  restricted: RestrictedOperation,
  variables: Record<string, unknown>,
): GraphQLError[] {
  const root = schema.getRootType(restricted.operation.operation)
  const context = { schema, fragments: restricted.fragments, variables }
  const fields = selectedNodes([restricted.operation.selectionSet], root?.name, context)
  return [...fields].flatMap(([name, nodes]) => {
    const refused = nodes.find((node) => restricted.refused.has(node))
    return refused ? [refusalError(restricted, refused, [name])] : []
  })
}

function refusalError({ refused, rights }: RestrictedOperation, node: FieldNode, path: ErrorPath): GraphQLError {
  const coordinate = refused.get(node) ?? ''
  const { message, code: errorCode } = rights.refusal(coordinate)
  return new GraphQLError(message, { path, extensions: { code: errorCode, coordinate } })
}

/** What fields select of an object of a type; found out once for all members of a list that are of one type. */
function createFieldSelector(context: SelectionContext) {
  const known = new WeakMap<readonly FieldNode[], Map<string, Selected>>()
  return (nodes: readonly FieldNode[], typename: string): Selected => {
    const byType = known.get(nodes) ?? new Map<string, Selected>()
    known.set(nodes, byType)
    const selected = byType.get(typename) ?? selectedNodes(selectionSetsOf(nodes), typename, context)
    byType.set(typename, selected)
    return selected
  }
}
