import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type DocumentNode, Kind, parse, print, type SelectionNode, stripIgnoredCharacters, visit } from 'graphql'
import { fragmentsOf } from '../../selections.ts'
import type { StandIns } from './argument-aliases.ts'

/**
 * A representation has room for one `size` only. Fields that want it with different arguments are asked for by requests of
 * their own. Answers the fetch itself where there are none.
 */
export function splitFetch(node: FetchNode, standIns: StandIns): FetchNode[] {
  const rivals = rivalsOf(node.requires ?? [], standIns)
  if (rivals.size === 0) return [node]
  const document = parse(node.operation, { noLocation: true })
  const groups: Set<string>[] = []
  const groupOf = (type: string, field: string) => {
    const needs = (standIns.needs.get(`${node.serviceName}.${type}.${field}`) ?? []).filter((name) => rivals.has(name))
    const fits = (group: Set<string>) =>
      needs.every((name) => ![...group].some((other) => rivals.get(name)?.has(other)))
    const known = groups.findIndex(fits)
    const index = known < 0 ? groups.push(new Set()) - 1 : known
    for (const name of needs) groups[index]?.add(name)
    return index
  }
  const places = new Map<string, number>()
  for (const { type, field, key } of entityFields(document)) places.set(key, groupOf(type, field))

  return groups.map((group, index) => {
    const isDropped = (name: string) => rivals.has(name) && !group.has(name)
    const operation = only(document, (key) => (places.get(key) ?? 0) === index)
    return { ...withOperation(node, operation), requires: without(node.requires ?? [], isDropped) }
  })
}

/**
 * A fetch by what its fields require: one for each. Of an object of which not all is known that some field requires, the
 * others can still be asked. Empty where all require the same.
 */
export function splitByRequired(node: FetchNode, standIns: StandIns): FetchNode[] {
  const document = parse(node.operation, { noLocation: true })
  const groups = new Map<string, Set<string>>()
  for (const { type, field, key } of entityFields(document)) {
    if (field === TYPENAME) continue
    const required = [...(standIns.requires.get(`${node.serviceName}.${type}.${field}`) ?? [])].sort().join()
    groups.set(required, (groups.get(required) ?? new Set()).add(key))
  }
  if (groups.size < 2) return []
  return [...groups.values()].map((keys) =>
    withOperation(
      node,
      only(document, (key) => keys.has(key) || key.endsWith(`.${TYPENAME}`)),
    ),
  )
}

const TYPENAME = '__typename'

function withOperation(node: FetchNode, document: DocumentNode): FetchNode {
  const operation = withoutUnusedFragments(document)
  const used = variablesOf(operation)
  const declaring = visit(operation, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? false : null),
  })
  return {
    ...node,
    operation: stripIgnoredCharacters(print(declaring)),
    variableUsages: node.variableUsages?.filter((name) => used.has(name)),
  }
}

/** For each place of a stand-in (`box.size__0`), those that would have to be in its place at the same time. */
function rivalsOf(requires: QueryPlanSelectionNode[], standIns: StandIns): Map<string, Set<string>> {
  const byPlace = new Map<string, Set<string>>()
  const visitAll = (nodes: QueryPlanSelectionNode[], place: string, path: string) => {
    for (const node of nodes) {
      if (node.kind === 'InlineFragment') visitAll(node.selections, place, path)
      else {
        const name = standIns.fields.get(node.name)?.field ?? node.name
        const here = `${place}${name}`
        if (standIns.fields.has(node.name)) {
          byPlace.set(here, (byPlace.get(here) ?? new Set()).add(`${path}${node.name}`))
        }
        visitAll(node.selections ?? [], `${here}.`, `${path}${node.name}.`)
      }
    }
  }
  visitAll(requires, '', '')
  const rivals = new Map<string, Set<string>>()
  for (const paths of byPlace.values()) {
    for (const path of paths) {
      const others = [...paths].filter((other) => other !== path)
      if (others.length) rivals.set(path, new Set([...(rivals.get(path) ?? []), ...others]))
    }
  }
  return rivals
}

/** The fields that an operation asks of entities, by their type's name and response name. */
function entityFields(document: DocumentNode): { type: string; field: string; key: string }[] {
  const found: { type: string; field: string; key: string }[] = []
  onEntities(document, (selection, type) => {
    const key = `${type}.${selection.alias?.value ?? selection.name.value}`
    found.push({ type, field: selection.name.value, key })
    return true
  })
  return found
}

const only = (document: DocumentNode, isKept: (key: string) => boolean): DocumentNode =>
  onEntities(document, ({ alias, name }, type) => isKept(`${type}.${alias?.value ?? name.value}`))

/** The operation with those fields of entities that are to be kept; fragments are opened. */
function onEntities(
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

function without(
  nodes: readonly QueryPlanSelectionNode[],
  isDropped: (path: string) => boolean,
  path = '',
): QueryPlanSelectionNode[] {
  return nodes.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === 'InlineFragment') return [{ ...node, selections: without(node.selections, isDropped, path) }]
    if (isDropped(`${path}${node.name}`)) return []
    if (!node.selections) return [node]
    return [{ ...node, selections: without(node.selections, isDropped, `${path}${node.name}.`) }]
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

/** Named fragments still used stay; subgraphs refuse what is defined and not used. */
function withoutUnusedFragments(document: DocumentNode): DocumentNode {
  const spread = new Set<string>()
  const fragments = fragmentsOf(document)
  const follow = (node: object) =>
    visit(node as DocumentNode, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value)
        if (!fragment || spread.has(name.value)) return
        spread.add(name.value)
        follow(fragment)
      },
    })
  for (const each of document.definitions) if (each.kind === Kind.OPERATION_DEFINITION) follow(each)
  return visit(document, { FragmentDefinition: ({ name }) => (spread.has(name.value) ? false : null) })
}
