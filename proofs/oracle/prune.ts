import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, visit } from 'graphql'
import type { OperationRequest } from './request.ts'

/** Removes empty selections, and then unused fragments and variables. */
export function pruned(request: OperationRequest): OperationRequest {
  const document = prunedDocument(request.document)
  const names = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? (node.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
      : [],
  )
  const variables = Object.fromEntries(Object.entries(request.variables).filter(([name]) => names.includes(name)))
  return { ...request, document, variables }
}

function prunedDocument(document: DocumentNode): DocumentNode {
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

const isDefinition = (parent: unknown) =>
  typeof parent === 'object' && parent !== null && 'kind' in parent && parent.kind === Kind.VARIABLE_DEFINITION
