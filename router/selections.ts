import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/** The input for reading a selection set: the fragments, and the variables of its conditions. */
export type SelectionContext = {
  schema: GraphQLSchema
  fragments: Map<string, FragmentDefinitionNode>
  variables: Record<string, unknown>
}

export function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
}

/**
 * The fields that selection sets select on an object, by response name, each with its own selection sets. If `typename`
 * is undefined, every fragment applies.
 */
export function selectedFields(
  sets: SelectionSetNode[],
  typename: string | undefined,
  context: SelectionContext,
): Map<string, SelectionSetNode[]> {
  const fields = [...selectedNodes(sets, typename, context)]
  return new Map(fields.map(([name, nodes]) => [name, selectionSetsOf(nodes)]))
}

export const selectionSetsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []))

/** Like `selectedFields`, but returns the field nodes, in the order of the response. */
export function selectedNodes(
  sets: SelectionSetNode[],
  typename: string | undefined,
  context: SelectionContext,
): Map<string, FieldNode[]> {
  const found = new Map<string, FieldNode[]>()
  // Without it, fragments that spread each other twice, thirty levels deep, would be visited a billion times.
  const seen = new Set<SelectionSetNode>()
  const collect = (set: SelectionSetNode) => {
    for (const selection of set.selections) {
      if (!isIncluded(selection.directives ?? [], context.variables)) continue
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value
        found.set(name, [...(found.get(name) ?? []), selection])
      } else {
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? context.fragments.get(selection.name.value) : selection
        const condition = fragment?.typeCondition?.name.value
        if (!fragment || seen.has(fragment.selectionSet) || !matchesType(context.schema, typename, condition)) continue
        seen.add(fragment.selectionSet)
        collect(fragment.selectionSet)
      }
    }
  }
  for (const set of sets) collect(set)
  return found
}

function isIncluded(directives: readonly DirectiveNode[], variables: Record<string, unknown>): boolean {
  return directives.every((directive) => {
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value
    const holds =
      value?.kind === Kind.VARIABLE ? variables[value.name.value] : value?.kind === Kind.BOOLEAN && value.value
    if (directive.name.value === 'skip') return holds !== true
    return directive.name.value !== 'include' || holds === true
  })
}

function matchesType(schema: GraphQLSchema, typename: string | undefined, condition: string | undefined): boolean {
  if (typename === undefined || condition === undefined || typename === condition) return true
  const type = schema.getType(typename)
  const abstract = schema.getType(condition)
  return isAbstractType(abstract) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(abstract, type)
}
