import { type FieldNode, type GraphQLOutputType, GraphQLString, isInterfaceType, isObjectType, Kind } from 'graphql'
import { type SelectionContext, selectedNodes, selectionSetsOf } from '../../selections.ts'

/** What is asked of objects, by their type's name; worked out once for each type that occurs. */
export type Selection = (typename: string) => Field[]

/** One field of the answer: all that is asked of it brought together in one `node`; `selection` of its objects. */
export type Field = {
  response: string
  name: string
  type: GraphQLOutputType
  node: FieldNode
  selection: Selection | null
}

/** Compiles the selection sets of the fields `nodes`, which stand for one field of the answer. */
export function compileSelection(nodes: FieldNode[], context: SelectionContext): Selection {
  const sets = selectionSetsOf(nodes)
  const known = new Map<string, Field[]>()
  return (typename) => {
    const fields =
      known.get(typename) ??
      [...selectedNodes(sets, typename, context)].map(([response, same]) =>
        compileField(response, same, typename, context),
      )
    known.set(typename, fields)
    return fields
  }
}

function compileField(response: string, nodes: FieldNode[], typename: string, context: SelectionContext): Field {
  const [node] = nodes
  const type = node && fieldType(typename, node.name.value, context)
  if (!type) throw new Error(`"${typename}" has no field for "${response}".`)
  const selections = selectionSetsOf(nodes).flatMap((set) => set.selections)
  if (selections.length === 0) return { response, name: node.name.value, type, node, selection: null }
  const selectionSet = { kind: Kind.SELECTION_SET, selections } as const
  const selection = compileSelection(nodes, context)
  return { response, name: node.name.value, type, node: { ...node, selectionSet }, selection }
}

function fieldType(typename: string, field: string, { schema }: SelectionContext): GraphQLOutputType | undefined {
  if (field === '__typename') return GraphQLString
  const type = schema.getType(typename)
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined
}
