import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { Kind, print, stripIgnoredCharacters } from 'graphql'
import type { Field, Operation, Selection } from '../../operation.ts'
import {
  parseOperation,
  responseNameOf,
  selectionSetOf,
  variablesIn,
  withUsedVariables,
} from '../selection/normal-form.ts'
import type { ArgumentAliases } from './argument-aliases.ts'

/**
 * A representation holds one value for `size`. Fields that require it with different arguments need separate requests.
 * Returns the fetch itself if there are none.
 */
export function splitByArguments(node: FetchNode, argumentAliases: ArgumentAliases): FetchNode[] {
  const conflicts = conflictsOf(node.requires ?? [], argumentAliases)
  if (conflicts.size === 0) return [node]
  const operation = parseOperation(node.operation)
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
  for (const { type, field, key } of entityFields(operation)) groupByField.set(key, groupOf(type, field))

  return groups.map((group, index) => {
    const isRemoved = (name: string) => conflicts.has(name) && !group.has(name)
    const part = keepFields(operation, (key) => (groupByField.get(key) ?? 0) === index)
    return { ...withOperation(node, part), requires: removeSelections(node.requires ?? [], isRemoved) }
  })
}

/**
 * Splits a fetch by what its fields require, and which arguments they take from a context (@fromContext). If an entity lacks one
 * field's requirements, its other fields can still be fetched. Empty if all fields require the same.
 */
export function splitByRequirements(node: FetchNode, argumentAliases: ArgumentAliases): FetchNode[] {
  const operation = parseOperation(node.operation)
  const groups = new Map<string, Set<string>>()
  const fromContext = new Set(node.contextRewrites?.map(({ renameKeyTo }) => renameKeyTo))
  for (const { type, field, key, selection } of entityFields(operation)) {
    if (field === TYPENAME) continue
    const names = argumentAliases.requiredFields.get(`${node.serviceName}.${type}.${field}`) ?? []
    const required = [...names, ...fromContext.intersection(variablesIn(selection))].sort().join()
    groups.set(required, (groups.get(required) ?? new Set()).add(key))
  }
  if (groups.size < 2) return []
  return [...groups.values()].map((keys) =>
    withOperation(
      node,
      keepFields(operation, (key) => keys.has(key) || key.endsWith(`.${TYPENAME}`)),
    ),
  )
}

const TYPENAME = '__typename'

function withOperation(node: FetchNode, operation: Operation): FetchNode {
  const used = variablesIn(operation)
  return {
    ...node,
    operation: stripIgnoredCharacters(print(withUsedVariables(operation))),
    variableUsages: node.variableUsages?.filter((name) => used.has(name)),
    contextRewrites: node.contextRewrites?.filter(({ renameKeyTo }) => used.has(renameKeyTo)),
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

/** A field selected on entities. `key` is the type's name and the response name. */
type EntityField = { type: string; field: string; key: string; selection: Field }

export function entityFields(operation: Operation): EntityField[] {
  const found: EntityField[] = []
  filterEntityFields(operation, (selection, type) => {
    found.push({ type, field: selection.name.value, key: `${type}.${responseNameOf(selection)}`, selection })
    return true
  })
  return found
}

const keepFields = (operation: Operation, isKept: (key: string) => boolean): Operation =>
  filterEntityFields(operation, (field, type) => isKept(`${type}.${responseNameOf(field)}`))

/** The operation with only those fields of entities that are kept. */
function filterEntityFields(operation: Operation, isKept: (field: Field, type: string) => boolean): Operation {
  const keep = (selections: readonly Selection[], type: string): Selection[] =>
    selections.flatMap((selection): Selection[] => {
      if (selection.kind === Kind.FIELD) return isKept(selection, type) ? [selection] : []
      const kept = keep(selection.selectionSet.selections, selection.typeCondition?.name.value ?? type)
      return kept.length ? [{ ...selection, selectionSet: selectionSetOf(kept) }] : []
    })
  const selections = operation.selectionSet.selections.map((root) =>
    root.kind === Kind.FIELD && root.selectionSet
      ? { ...root, selectionSet: selectionSetOf(keep(root.selectionSet.selections, '')) }
      : root,
  )
  return { ...operation, selectionSet: selectionSetOf(selections) }
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
