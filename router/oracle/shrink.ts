import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  validate,
  visit,
} from 'graphql'
import type { OperationRequest } from '../execute.ts'

const MOST_TRIES = 300

/** Drops selections, directives and fragments as long as what is left is valid and still `fails`. */
export async function shrink(
  schema: GraphQLSchema,
  request: OperationRequest,
  fails: (request: OperationRequest) => Promise<boolean>,
): Promise<OperationRequest> {
  let smallest = request
  let tries = 0
  for (let index = 0; tries < MOST_TRIES; ) {
    const next = without(smallest, index)
    if (next === null) return smallest
    tries++
    if (isWhole(next.document) && validate(schema, next.document).length === 0 && (await fails(next))) smallest = next
    else index++
  }
  return smallest
}

/** The request without its n-th part that can be left out; null: there is none. */
function without(request: OperationRequest, index: number): OperationRequest | null {
  let count = 0
  let found = false
  const drop = () => {
    if (count++ !== index) return undefined
    found = true
    return null
  }
  const unwrap = (node: SelectionNode) => {
    if (node.kind !== Kind.INLINE_FRAGMENT || count++ !== index) return undefined
    found = true
    return node.selectionSet.selections
  }
  const document = visit(request.document, {
    Field: drop,
    FragmentSpread: drop,
    Directive: drop,
    Argument: drop,
    SelectionSet(node) {
      const selections = node.selections.flatMap((selection) => unwrap(selection) ?? [selection])
      return selections.length === node.selections.length && !found ? undefined : { ...node, selections }
    },
    InlineFragment: drop,
  })
  if (!found) return null
  const left = pruned(document)
  const names = left.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? (node.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
      : [],
  )
  const variables = Object.fromEntries(Object.entries(request.variables).filter(([name]) => names.includes(name)))
  return { ...request, document: left, variables }
}

/** Without empty selections, and what then nobody uses: fragments and variables. */
function pruned(document: DocumentNode): DocumentNode {
  const empty = new Set(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION && node.selectionSet.selections.length === 0 ? [node.name.value] : [],
    ),
  )
  const filled = visit(document, {
    FragmentSpread: (node) => (empty.has(node.name.value) ? null : undefined),
    Field: { leave: (node) => (node.selectionSet?.selections.length === 0 ? null : undefined) },
    InlineFragment: { leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined) },
  })
  const used = new Set<string>()
  visit(filled, {
    FragmentSpread: (node) => void used.add(`...${node.name.value}`),
    Variable: { enter: (node, _key, parent) => void (isDefinition(parent) || used.add(`$${node.name.value}`)) },
  })
  const definitions = filled.definitions.flatMap((node): (OperationDefinitionNode | FragmentDefinitionNode)[] => {
    if ('selectionSet' in node && node.selectionSet.selections.length === 0) return []
    if (node.kind === Kind.FRAGMENT_DEFINITION) return used.has(`...${node.name.value}`) ? [node] : []
    if (node.kind !== Kind.OPERATION_DEFINITION) return []
    const kept = node.variableDefinitions?.filter(({ variable }) => used.has(`$${variable.name.value}`))
    return [{ ...node, variableDefinitions: kept }]
  })
  return { ...filled, definitions }
}

const isWhole = ({ definitions }: DocumentNode) => definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION)

const isDefinition = (parent: unknown) =>
  typeof parent === 'object' && parent !== null && 'kind' in parent && parent.kind === Kind.VARIABLE_DEFINITION
