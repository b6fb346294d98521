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
import { createTold } from '../executor/answer/error-collector.ts'
import { type SelectionContext, selectedNodes, setsOf } from '../selections.ts'
import type { Restricted } from './remove-refused.ts'

type Answer = Record<string, unknown>
type Selected = Map<string, FieldNode[]>

/**
 * Turns the answer to what was left of an operation into the answer to the whole of it: refused fields are null, each
 * with an error at its place, and a null goes up to where the schema allows one, as everywhere in GraphQL.
 * `variables` are the coerced ones.
 */
export function putRefused(
  schema: GraphQLSchema,
  restricted: Restricted,
  variables: Record<string, unknown>,
  result: ExecutionResult,
): ExecutionResult {
  const root = schema.getRootType(restricted.operation.operation)
  // Null altogether, or not run at all: the errors there say why, and no field has a place any more.
  if (!result.data || !root) return result
  const context = { schema, fragments: restricted.fragments, variables }
  const selected = selections(context)
  const path: ErrorPath = []
  const told = createTold()
  const data = putObject(root, selectedNodes([restricted.operation.selectionSet], root.name, context), result.data)
  const others = result.errors?.filter(({ path }) => !path || !told.isToldAbove(path)) ?? []
  for (const error of others) if (!told.tell(error.path ?? [], () => error)) break
  return { ...result, data, errors: told.errors() }

  function putObject(type: GraphQLObjectType, fields: Selected, value: Answer): Answer | null {
    const all: Answer = Object.create(null)
    let complete = true
    for (const [name, nodes] of fields) {
      path.push(name)
      const fieldType = type.getFields()[nodes[0]?.name.value ?? '']?.type
      const refused = nodes.find((node) => restricted.refused.has(node))
      if (refused) told.tell(path, () => refusalError(restricted, refused, [...path]))
      const isAbove = nodes.some((node) => restricted.above.has(node))
      all[name] = refused ? null : isAbove && fieldType ? put(fieldType, nodes, value[name]) : (value[name] ?? null)
      if (all[name] === null && isNonNullType(fieldType)) complete = false
      path.pop()
    }
    return complete ? all : null
  }

  function put(type: GraphQLOutputType, nodes: FieldNode[], value: unknown): unknown {
    if (isNonNullType(type)) return put(type.ofType, nodes, value)
    if (value === null || value === undefined) return null
    if (isListType(type)) return Array.isArray(value) ? putList(type.ofType, nodes, value) : null
    const object = value as Answer // what is `above` has a selection, so is of a type with fields
    const named = isAbstractType(type) ? schema.getType(String(object[restricted.typenameKey])) : type
    if (isObjectType(named)) return putObject(named, selected(nodes, named.name), object)
    const message = 'An object came without its type.'
    told.tell(path, () => new GraphQLError(message, { path: [...path], extensions: { code: code.internal } }))
    return null
  }

  function putList(type: GraphQLOutputType, nodes: FieldNode[], values: unknown[]): unknown[] | null {
    const all = values.map((value, index) => {
      path.push(index)
      const member = put(type, nodes, value)
      path.pop()
      return member
    })
    return isNonNullType(type) && all.includes(null) ? null : all
  }
}

/** For a subscription, which is refused as a whole: the errors of the root fields that are refused, if any. */
export function refusedRoot(
  schema: GraphQLSchema,
  restricted: Restricted,
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

function refusalError({ refused, rights }: Restricted, node: FieldNode, path: ErrorPath): GraphQLError {
  const coordinate = refused.get(node) ?? ''
  const { message, code: errorCode } = rights.refusal(coordinate)
  return new GraphQLError(message, { path, extensions: { code: errorCode, coordinate } })
}

/** What fields select of an object of a type; found out once for all members of a list that are of one type. */
function selections(context: SelectionContext) {
  const known = new WeakMap<readonly FieldNode[], Map<string, Selected>>()
  return (nodes: readonly FieldNode[], typename: string): Selected => {
    const byType = known.get(nodes) ?? new Map<string, Selected>()
    known.set(nodes, byType)
    const selected = byType.get(typename) ?? selectedNodes(setsOf(nodes), typename, context)
    byType.set(typename, selected)
    return selected
  }
}
