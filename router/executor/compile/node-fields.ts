import { GraphQLError, type GraphQLField, type GraphQLSchema, getArgumentValues, isObjectType, Kind } from 'graphql'
import { readGlobalId } from '../../../chassis/global-ids.ts'
import type { Field, SelectionSet } from '../../operation.ts'
import type { NodeField, Nodes } from '../../supergraph/nodes.ts'
import { type Json, setOwnValue } from '../selection/json.ts'
import { responseNameOf, selectionSetOf } from '../selection/normal-form.ts'
import { isOfType } from './response-shape.ts'

/** Root fields that the router answers itself, from the global ids in their arguments. */
export type NodeFields = {
  nodes: Nodes
  schema: GraphQLSchema
  fields: readonly { responseName: string; node: Field; definition: GraphQLField<unknown, unknown>; field: NodeField }[]
}

/** Compiles the fields of a fetch from the subgraph that is the router itself. */
export function compileNodeFields({ selections }: SelectionSet, schema: GraphQLSchema, nodes: Nodes): NodeFields {
  const type = schema.getQueryType()
  const fields = selections.flatMap((node) => {
    if (node.kind !== Kind.FIELD) throw new Error('The plan has a fragment on a root type.')
    const field = nodes.fields.get(`${type?.name}.${node.name.value}`)
    const definition = isObjectType(type) ? type.getFields()[node.name.value] : undefined
    return field && definition ? [{ responseName: responseNameOf(node), node, definition, field }] : []
  })
  return { nodes, schema, fields }
}

/**
 * What the subgraph would answer if it had an address: to each id a reference, as far as it is selected; null for what is no id of
 * an entity of the supergraph. A field without a valid argument is null, too, and `fail` is called: a variable that may be null is
 * valid in the place of an argument that may not, if it has a default.
 */
export function answerNodeFields(
  { nodes, fields, schema }: NodeFields,
  variables: Json,
  fail: (responseName: string, error: GraphQLError) => void,
): Json {
  const answerTo = (id: unknown, set: SelectionSet): Json | null => {
    const read = typeof id === 'string' ? readGlobalId(id) : null
    const type = read && nodes.types.get(read.type)
    return type ? select({ __typename: read.type, id, ...type.reference }, read.type, set, schema) : null
  }
  return Object.fromEntries(
    fields.map(({ responseName, node, definition, field }) => {
      const set = node.selectionSet ?? selectionSetOf([])
      const given = orError(() => getArgumentValues(definition, node, variables)[field.argument])
      if (given instanceof GraphQLError) {
        fail(responseName, given)
        return [responseName, null]
      }
      return [responseName, Array.isArray(given) ? given.map((id) => answerTo(id, set)) : answerTo(given, set)]
    }),
  )
}

function orError<Result>(read: () => Result): Result | GraphQLError {
  try {
    return read()
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

function select(reference: Json, type: string, { selections }: SelectionSet, schema: GraphQLSchema): Json {
  const selected: Json = {}
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) setOwnValue(selected, responseNameOf(selection), reference[selection.name.value])
    else if (isOfType(schema, type, selection.typeCondition?.name.value ?? type))
      Object.assign(selected, select(reference, type, selection.selectionSet, schema))
  }
  return selected
}
