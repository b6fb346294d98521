import {
  type GraphQLSchema,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Field, Operation, Selection } from '../../operation.ts'
import { EXISTS, type Nodes } from '../../supergraph/nodes.ts'
import { selectionSetOf } from '../selection/normal-form.ts'

// The router knows an entity's id and type from its global id, but not whether it exists for the caller. So that the planner
// fetches every node from its owner, and together with what the client selects of it there, the owner gets a field more.

/** Supergraph SDL in which each entity has the field EXISTS, in its owner. */
export function withExistence(sdl: string, nodes: Nodes | null): string {
  if (!nodes) return sdl
  const addField = (node: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode | undefined => {
    const owner = nodes.types.get(node.name.value)?.owner
    if (owner === undefined) return undefined
    const [type] = parse(`type T { ${EXISTS}: String @join__field(graph: ${owner}) }`, { noLocation: true }).definitions
    const added = type?.kind === Kind.OBJECT_TYPE_DEFINITION ? (type.fields ?? []) : []
    return { ...node, fields: [...(node.fields ?? []), ...added] }
  }
  return print(visit(parse(sdl, { noLocation: true }), { ObjectTypeDefinition: addField }))
}

/** An operation that asks of every node, whatever its type, whether it exists. */
export function askingForExistence(operation: Operation, schema: GraphQLSchema, nodes: Nodes | null): Operation {
  if (!nodes) return operation
  const asked = [...nodes.types.keys()].map(
    (type): Selection => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: nameOf(type) },
      selectionSet: selectionSetOf([{ kind: Kind.FIELD, name: nameOf(EXISTS) }]),
    }),
  )
  const types = new TypeInfo(schema)
  const ask = (node: Field): Field | undefined =>
    node.selectionSet && nodes.fields.has(`${types.getParentType()?.name}.${node.name.value}`)
      ? { ...node, selectionSet: selectionSetOf([...node.selectionSet.selections, ...asked]) }
      : undefined
  return visit(operation, visitWithTypeInfo(types, { Field: { leave: (node) => ask(node as Field) } }))
}

const nameOf = (value: string) => ({ kind: Kind.NAME, value }) as const
