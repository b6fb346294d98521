import {
  type CompositeType,
  isAbstractType,
  isCompositeType,
  possibleRuntimeTypes,
  type Subgraph,
} from '@apollo/federation-internals'
import type { FetchNode, QueryPlan } from '@apollo/query-planner'
import { type GraphQLSchema, isObjectType, Kind, print, stripIgnoredCharacters } from 'graphql'
import type { Field, RefusedFields, Selection, SelectionSet } from '../../operation.ts'
import { fieldIn, typeOfObjects } from '../../supergraph/fields.ts'
import type { Supergraph } from '../../supergraph/load.ts'
import { mapFetches } from '../../supergraph/map-fetches.ts'
import { ENTITIES } from '../compile/fetch-operation.ts'
import { outputFor } from '../compile/output.ts'
import type { UnplannedField } from '../compile/unplanned-fields.ts'
import { parseOperation, responseNameOf, selectionSetOf, TYPENAME } from '../selection/normal-form.ts'

/** Fields that the plan lacks, on objects of a type at a path of names in the tree. */
export type LackingFields = {
  path: readonly string[]
  on: string
  nodes: readonly Field[]
  refused: RefusedFields
  /** Whether the fetch of these very entities may bring them too, not only one of objects around them. */
  isOfItsFetch: boolean
}

/** The selected fields that the planner dropped. Only the planner knows which subgraph can resolve an entity's own fields. */
export const droppedFields = (unplannedFields: readonly UnplannedField[]): LackingFields[] =>
  unplannedFields
    .filter(({ isOfPartialMember }) => !isOfPartialMember)
    .map(({ path, typename, name, selection }) => ({
      path,
      on: typename || selection.declared.name,
      nodes: outputFor(selection, typename)?.fields.find((field) => field.name === name)?.nodes ?? [],
      refused: selection.context.refused,
      isOfItsFetch: false,
    }))

/**
 * Adds fields to the fetch that brings their object, if that subgraph can answer them completely. Returns an equal plan if
 * nothing could be restored.
 */
export function restoreFields(
  plan: QueryPlan,
  lacking: readonly LackingFields[],
  { federation, clientSchema }: Supergraph,
): QueryPlan {
  const subgraphs = federation.subgraphs()
  const restoreIn = (node: FetchNode, path: readonly string[]): FetchNode => {
    const subgraph = subgraphs.get(node.serviceName)
    const below = lacking.filter(
      (each) =>
        path.every((name, index) => each.path[index] === name) &&
        (each.isOfItsFetch || !(node.requires && each.path.length === path.length)),
    )
    if (!subgraph || below.length === 0) return node
    const operation = parseOperation(node.operation)
    const root = subgraph.schema.schemaDefinition.rootType(node.operationKind)
    const restored = below.reduce(
      (set, each) => restoreInSet(set, root, each.path.slice(path.length), each, { subgraph, schema: clientSchema }),
      operation.selectionSet,
    )
    if (restored === operation.selectionSet) return node
    return { ...node, operation: stripIgnoredCharacters(print({ ...operation, selectionSet: restored })) }
  }
  // A subscription's event is not requested, so nothing can be added to it.
  return plan.node?.kind === 'Subscription' ? plan : mapFetches(plan, restoreIn)
}

/** The same set if nothing can be restored in it. */
function restoreInSet(
  whole: SelectionSet,
  root: CompositeType | undefined,
  relativePath: readonly string[],
  { on, nodes, refused }: LackingFields,
  { subgraph, schema }: { subgraph: Subgraph; schema: GraphQLSchema },
): SelectionSet {
  const type = compositeIn(subgraph, on)
  const restorable = nodes.map((field) => type && fieldInSubgraph(field, type, subgraph, { refused, schema }))
  if (!type || restorable.some((field) => !field)) return whole
  const fragment: Selection = {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: on } },
    selectionSet: selectionSetOf(restorable.filter((field) => !!field)),
  }
  const isOnType = (each: Selection) => each.kind === Kind.INLINE_FRAGMENT && each.typeCondition?.name.value === on
  const isOfEntities = whole.selections.some((each) => each.kind === Kind.FIELD && each.name.value === ENTITIES)
  const insert = (set: SelectionSet, parent: CompositeType | undefined, from: number): SelectionSet => {
    const next = relativePath[from]
    if (next === undefined && !(set === whole && isOfEntities)) {
      const isPossible = parent ? areOverlapping(type, parent) : set.selections.some(isOnType)
      return isPossible ? selectionSetOf([...set.selections, fragment]) : set
    }
    const selections = set.selections.map((each): Selection => {
      const inner = each.selectionSet && insertBelow(each, each.selectionSet, next, parent, from)
      return inner === each.selectionSet ? each : ({ ...each, selectionSet: inner } as Selection)
    })
    return selections.every((each, index) => each === set.selections[index]) ? set : selectionSetOf(selections)
  }
  const insertBelow = (
    each: Selection,
    set: SelectionSet,
    next: string | undefined,
    parent: CompositeType | undefined,
    from: number,
  ): SelectionSet => {
    if (each.kind === Kind.INLINE_FRAGMENT) {
      const on = each.typeCondition ? compositeIn(subgraph, each.typeCondition.name.value) : parent
      return insert(set, on, from)
    }
    if (each.name.value === ENTITIES) return insert(set, undefined, from)
    if (responseNameOf(each) !== next) return set
    return insert(set, parent && typeOfObjects(fieldIn(subgraph.schema, parent.name, each.name.value)), from + 1)
  }
  return insert(whole, root, 0)
}

/** The client's schema, and the fields that the client may not have. */
type RestoreContext = { refused: RefusedFields; schema: GraphQLSchema }

/** The client's field as this subgraph can answer it alone; undefined if it cannot. */
function fieldInSubgraph(
  field: Field,
  parent: CompositeType,
  subgraph: Subgraph,
  context: RestoreContext,
): Field | undefined {
  const { name, alias, arguments: args = [], selectionSet } = field
  const definition = fieldIn(subgraph.schema, parent.name, name.value)
  if (!definition || subgraph.metadata().isFieldExternal(definition)) return undefined
  if (definition.hasAppliedDirective('requires') || args.some((each) => !definition.argument(each.name.value))) {
    return undefined
  }
  const bare = { kind: Kind.FIELD, name, alias, arguments: args } as const
  if (!selectionSet) return bare
  const type = typeOfObjects(definition)
  const inner = type && selectionsInSubgraph(selectionSet, type, subgraph, context)
  return inner && { ...bare, selectionSet: selectionSetOf([TYPENAME, ...inner.selections]) }
}

function selectionsInSubgraph(
  set: SelectionSet,
  type: CompositeType,
  subgraph: Subgraph,
  context: RestoreContext,
): SelectionSet | undefined {
  const selections: Selection[] = []
  for (const each of set.selections) {
    if (each.kind === Kind.FIELD) {
      if (context.refused.has(each)) continue
      const field = each.name.value === '__typename' ? TYPENAME : fieldInSubgraph(each, type, subgraph, context)
      if (!field) return undefined
      selections.push(field)
      continue
    }
    const { typeCondition, selectionSet } = each
    const on = typeCondition ? compositeIn(subgraph, typeCondition.name.value) : type
    if (typeCondition && isDisjoint(typeCondition.name.value, on, type, context.schema)) continue
    const inner = on && selectionsInSubgraph(selectionSet, on, subgraph, context)
    if (!inner) return undefined
    selections.push({ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: inner })
  }
  return selectionSetOf(selections.length ? selections : [TYPENAME])
}

/**
 * Whether objects of the abstract `type` are never of the type called `name` in this subgraph; `on` is that type there.
 */
function isDisjoint(name: string, on: CompositeType | undefined, type: CompositeType, schema: GraphQLSchema): boolean {
  if (!on) return isAbstractType(type) && isObjectType(schema.getType(name))
  return !areOverlapping(on, type)
}

function areOverlapping(one: CompositeType, other: CompositeType): boolean {
  const types = possibleRuntimeTypes(other)
  return possibleRuntimeTypes(one).some((each) => types.includes(each))
}

function compositeIn({ schema }: Subgraph, name: string): CompositeType | undefined {
  const type = schema.type(name)
  return type && isCompositeType(type) ? type : undefined
}
