import { type FieldNode, type GraphQLOutputType, GraphQLString, isInterfaceType, isObjectType, Kind } from 'graphql'
import { type SelectionContext, selectedNodes, selectionSetsOf } from '../../selections.ts'

/** The selected fields of an object, by its type's name; compiled once for each type that occurs. */
export type PayloadSelection = (typename: string) => PayloadField[]

/** One field of the response. `node` merges all its field nodes; `selection` is null for leaves. */
export type PayloadField = {
  response: string
  name: string
  type: GraphQLOutputType
  node: FieldNode
  selection: PayloadSelection | null
}

/** Compiles the selection sets of field nodes that have one response name. */
export function compilePayloadSelection(nodes: FieldNode[], context: SelectionContext): PayloadSelection {
  const sets = selectionSetsOf(nodes)
  const known = new Map<string, PayloadField[]>()
  return (typename) => {
    const fields =
      known.get(typename) ??
      [...selectedNodes(sets, typename, context)].map(([response, nodes]) =>
        compileField(response, nodes, typename, context),
      )
    known.set(typename, fields)
    return fields
  }
}

function compileField(response: string, nodes: FieldNode[], typename: string, context: SelectionContext): PayloadField {
  const [node] = nodes
  const type = node && fieldType(typename, node.name.value, context)
  if (!type) throw new Error(`"${typename}" has no field for "${response}".`)
  const selections = selectionSetsOf(nodes).flatMap((set) => set.selections)
  if (selections.length === 0) return { response, name: node.name.value, type, node, selection: null }
  const selectionSet = { kind: Kind.SELECTION_SET, selections } as const
  const selection = compilePayloadSelection(nodes, context)
  return { response, name: node.name.value, type, node: { ...node, selectionSet }, selection }
}

function fieldType(typename: string, field: string, { schema }: SelectionContext): GraphQLOutputType | undefined {
  if (field === '__typename') return GraphQLString
  const type = schema.getType(typename)
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined
}
