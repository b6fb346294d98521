import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type DocumentNode, Kind, parse, print, type SelectionNode, stripIgnoredCharacters, visit } from 'graphql'
import { fragmentsOf } from '../../selections.ts'
import type { ArgumentAliases } from './argument-aliases.ts'

/**
 * A representation holds one value for `size`. Fields that require it with different arguments need separate requests.
 * Returns the fetch itself if there are none.
 */
export function splitByArguments(node: FetchNode, argumentAliases: ArgumentAliases): FetchNode[] {
  const conflicts = conflictsOf(node.requires ?? [], argumentAliases)
  if (conflicts.size === 0) return [node]
  const document = parse(node.operation, { noLocation: true })
  const groups: Set<string>[] = []
  const groupOf = (type: string, field: string) => {
    const required = (argumentAliases.requiredAliases.get(`${node.serviceName}.${type}.${field}`) ?? []).filter(
      (name) => conflicts.has(name),
    )
    const fits = (group: Set<string>) =>
      required.every((name) => ![...group].some((other) => conflicts.get(name)?.has(other)))
    const known = groups.findIndex(fits)
    const index = known < 0 ? groups.push(new Set()) - 1 : known
    for (const name of required) groups[index]?.add(name)
    return index
  }
  const groupByField = new Map<string, number>()
  for (const { type, field, key } of entityFields(document)) groupByField.set(key, groupOf(type, field))

  return groups.map((group, index) => {
    const isRemoved = (name: string) => conflicts.has(name) && !group.has(name)
    const operation = keepFields(document, (key) => (groupByField.get(key) ?? 0) === index)
    return { ...withOperation(node, operation), requires: removeSelections(node.requires ?? [], isRemoved) }
  })
}

/**
 * Splits a fetch by what its fields require. If an entity lacks one field's requirements, its other fields can still be
 * fetched. Empty if all fields require the same.
 */
export function splitByRequirements(node: FetchNode, argumentAliases: ArgumentAliases): FetchNode[] {
  const document = parse(node.operation, { noLocation: true })
  const groups = new Map<string, Set<string>>()
  for (const { type, field, key } of entityFields(document)) {
    if (field === TYPENAME) continue
    const required = [...(argumentAliases.requiredFields.get(`${node.serviceName}.${type}.${field}`) ?? [])]
      .sort()
      .join()
    groups.set(required, (groups.get(required) ?? new Set()).add(key))
  }
  if (groups.size < 2) return []
  return [...groups.values()].map((keys) =>
    withOperation(
      node,
      keepFields(document, (key) => keys.has(key) || key.endsWith(`.${TYPENAME}`)),
    ),
  )
}

const TYPENAME = '__typename'

function withOperation(node: FetchNode, document: DocumentNode): FetchNode {
  const operation = withoutUnusedFragments(document)
  const used = variablesOf(operation)
  const declared = visit(operation, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? false : null),
  })
  return {
    ...node,
    operation: stripIgnoredCharacters(print(declared)),
    variableUsages: node.variableUsages?.filter((name) => used.has(name)),
  }
}

/** For each path of an argument alias (`box.size__0`), the aliases that would be written to the same field. */
function conflictsOf(requires: QueryPlanSelectionNode[], argumentAliases: ArgumentAliases): Map<string, Set<string>> {
  const byField = new Map<string, Set<string>>()
  const visitAll = (nodes: QueryPlanSelectionNode[], fieldPath: string, path: string) => {
    for (const node of nodes) {
      if (node.kind === 'InlineFragment') visitAll(node.selections, fieldPath, path)
      else {
        const name = argumentAliases.aliases.get(node.name)?.field ?? node.name
        const here = `${fieldPath}${name}`
        if (argumentAliases.aliases.has(node.name)) {
          byField.set(here, (byField.get(here) ?? new Set()).add(`${path}${node.name}`))
        }
        visitAll(node.selections ?? [], `${here}.`, `${path}${node.name}.`)
      }
    }
  }
  visitAll(requires, '', '')
  const conflicts = new Map<string, Set<string>>()
  for (const paths of byField.values()) {
    for (const path of paths) {
      const others = [...paths].filter((other) => other !== path)
      if (others.length) conflicts.set(path, new Set([...(conflicts.get(path) ?? []), ...others]))
    }
  }
  return conflicts
}

/** The fields selected on entities; `key` is the type's name and the response name. */
function entityFields(document: DocumentNode): { type: string; field: string; key: string }[] {
  const found: { type: string; field: string; key: string }[] = []
  filterEntityFields(document, (selection, type) => {
    const key = `${type}.${selection.alias?.value ?? selection.name.value}`
    found.push({ type, field: selection.name.value, key })
    return true
  })
  return found
}

const keepFields = (document: DocumentNode, isKept: (key: string) => boolean): DocumentNode =>
  filterEntityFields(document, ({ alias, name }, type) => isKept(`${type}.${alias?.value ?? name.value}`))

/** The operation with only those fields of entities that are kept. Fragments are inlined. */
function filterEntityFields(
  document: DocumentNode,
  isKept: (field: Extract<SelectionNode, { kind: Kind.FIELD }>, type: string) => boolean,
): DocumentNode {
  const fragments = fragmentsOf(document)
  const keep = (selections: readonly SelectionNode[], type: string): SelectionNode[] =>
    selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return isKept(selection, type) ? [selection] : []
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
      if (!fragment) return []
      const kept = keep(fragment.selectionSet.selections, fragment.typeCondition?.name.value ?? type)
      if (kept.length === 0) return []
      const { typeCondition } = fragment
      const selectionSet = { kind: Kind.SELECTION_SET, selections: kept } as const
      return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, directives: selection.directives, selectionSet }]
    })
  return visit(document, {
    OperationDefinition: (operation) => ({
      ...operation,
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: operation.selectionSet.selections.map((root) =>
          root.kind === Kind.FIELD && root.selectionSet
            ? { ...root, selectionSet: { ...root.selectionSet, selections: keep(root.selectionSet.selections, '') } }
            : root,
        ),
      },
    }),
  })
}

function removeSelections(
  nodes: readonly QueryPlanSelectionNode[],
  isRemoved: (path: string) => boolean,
  path = '',
): QueryPlanSelectionNode[] {
  return nodes.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === 'InlineFragment')
      return [{ ...node, selections: removeSelections(node.selections, isRemoved, path) }]
    if (isRemoved(`${path}${node.name}`)) return []
    if (!node.selections) return [node]
    return [{ ...node, selections: removeSelections(node.selections, isRemoved, `${path}${node.name}.`) }]
  })
}

function variablesOf(document: DocumentNode): Set<string> {
  const used = new Set<string>()
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  })
  return used
}

/** Subgraphs reject unused fragments. */
function withoutUnusedFragments(document: DocumentNode): DocumentNode {
  const spread = new Set<string>()
  const fragments = fragmentsOf(document)
  const collectSpreads = (node: object) =>
    visit(node as DocumentNode, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value)
        if (!fragment || spread.has(name.value)) return
        spread.add(name.value)
        collectSpreads(fragment)
      },
    })
  for (const each of document.definitions) if (each.kind === Kind.OPERATION_DEFINITION) collectSpreads(each)
  return visit(document, { FragmentDefinition: ({ name }) => (spread.has(name.value) ? false : null) })
}
