import {
  type ExecutionResult,
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
import { includedFields, selectionSetsOf } from '../executor/selection/collect-fields.ts'
import type { Json } from '../executor/selection/json.ts'
import type { Field } from '../operation.ts'
import type { RestrictedOperation } from './remove-refused.ts'

type Selected = Map<string, Field[]>

/**
 * Turns the answer to a restricted operation into the answer to the original. Refused fields are null with an error at
 * their path, and a null in a non-null position makes its parent null. `variables` are coerced.
 */
export function mergeRefusals(
  schema: GraphQLSchema,
  restricted: RestrictedOperation,
  variables: Json,
  result: ExecutionResult,
): ExecutionResult {
  const root = schema.getRootType(restricted.operation.operation)
  // Without data the errors give the reason, and no field has a path.
  if (!result.data || !root) return result
  const selected = createFieldSelector(schema, variables)
  const path: ErrorPath = []
  const collector = createErrorCollector()
  const data = mergeObject(root, selected([restricted.operation], root), result.data)
  const others = result.errors?.filter(({ path }) => !path || !collector.isReportedAtOrAbove(path)) ?? []
  for (const error of others) if (!collector.report(error.path ?? [], () => error)) break
  return { ...result, data, errors: collector.collected() }

  function mergeObject(type: GraphQLObjectType, fields: Selected, value: Json): Json | null {
    const all: Json = Object.create(null)
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

  function mergeValue(type: GraphQLOutputType, nodes: Field[], value: unknown): unknown {
    if (isNonNullType(type)) return mergeValue(type.ofType, nodes, value)
    if (value === null || value === undefined) return null
    if (isListType(type)) return Array.isArray(value) ? mergeList(type.ofType, nodes, value) : null
    const object = value as Json // ancestors have a selection set, so the type has fields
    const named = isAbstractType(type) ? schema.getType(String(object[restricted.typenameKey])) : type
    if (isObjectType(named)) return mergeObject(named, selected(nodes, named), object)
    const message = 'A subgraph returned an object without its type.'
    collector.report(path, () => new GraphQLError(message, { path: [...path], extensions: { code: code.internal } }))
    return null
  }

  function mergeList(type: GraphQLOutputType, nodes: Field[], values: unknown[]): unknown[] | null {
    const all = values.map((value, index) => {
      path.push(index)
      const member = mergeValue(type, nodes, value)
      path.pop()
      return member
    })
    return isNonNullType(type) && all.includes(null) ? null : all
  }
}

/** For subscriptions, which are refused as a whole: the errors of refused root fields, if any. */
export function refusedRootErrors(
  schema: GraphQLSchema,
  restricted: RestrictedOperation,
  variables: Json,
): GraphQLError[] {
  const root = schema.getRootType(restricted.operation.operation)
  const fields = root && includedFields([restricted.operation.selectionSet], schema, root, variables)
  return [...(fields ?? [])].flatMap(([name, nodes]) => {
    const refused = nodes.find((node) => restricted.refused.has(node))
    return refused ? [refusalError(restricted, refused, [name])] : []
  })
}

function refusalError({ refused, rights }: RestrictedOperation, node: Field, path: ErrorPath): GraphQLError {
  const coordinate = refused.get(node) ?? ''
  const { message, code: errorCode } = rights.refusal(coordinate)
  return new GraphQLError(message, { path, extensions: { code: errorCode, coordinate } })
}

/** Caches what fields (or the operation) select on a type, for the members of a list. */
function createFieldSelector(schema: GraphQLSchema, variables: Json) {
  const known = new WeakMap<readonly object[], Map<string, Selected>>()
  return (nodes: readonly Pick<Field, 'selectionSet'>[], type: GraphQLObjectType): Selected => {
    const byType = known.get(nodes) ?? new Map<string, Selected>()
    known.set(nodes, byType)
    const selected = byType.get(type.name) ?? includedFields(selectionSetsOf(nodes), schema, type, variables)
    byType.set(type.name, selected)
    return selected
  }
}
