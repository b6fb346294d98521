import { type GraphQLOutputType, type GraphQLSchema, GraphQLString, isObjectType } from 'graphql'
import { includedFields, selectionSetsOf } from '../../executor/selection/collect-fields.ts'
import type { Json } from '../../executor/selection/json.ts'
import { selectionSetOf } from '../../executor/selection/normal-form.ts'
import type { Field, SelectionSet } from '../../operation.ts'

/** The selected fields of an object, by its type's name; compiled once for each type that occurs. */
export type PayloadSelection = (typename: string) => PayloadField[]

/** One field of the response. `node` merges all its field nodes; `selection` is null for leaves. */
export type PayloadField = {
  response: string
  name: string
  type: GraphQLOutputType
  node: Field
  selection: PayloadSelection | null
}

/** Compiles what selection sets select on objects, with these variables. */
export function compilePayloadSelection(
  sets: readonly SelectionSet[],
  schema: GraphQLSchema,
  variables: Json,
): PayloadSelection {
  const known = new Map<string, PayloadField[]>()
  const compileFields = (typename: string): PayloadField[] => {
    const type = schema.getType(typename)
    if (!isObjectType(type)) throw new Error(`"${typename}" is no object type.`)
    return [...includedFields(sets, schema, type, variables)].flatMap(([response, nodes]): PayloadField[] => {
      const [node] = nodes
      if (!node) return []
      const { value: name } = node.name
      const fieldType = name === '__typename' ? GraphQLString : type.getFields()[name]?.type
      if (!fieldType) throw new Error(`"${typename}" has no field for "${response}".`)
      const inner = selectionSetsOf(nodes)
      if (inner.length === 0) return [{ response, name, type: fieldType, node, selection: null }]
      const selectionSet = selectionSetOf(inner.flatMap(({ selections }) => selections))
      const selection = compilePayloadSelection(inner, schema, variables)
      return [{ response, name, type: fieldType, node: { ...node, selectionSet }, selection }]
    })
  }
  return (typename) => {
    const fields = known.get(typename) ?? compileFields(typename)
    known.set(typename, fields)
    return fields
  }
}
