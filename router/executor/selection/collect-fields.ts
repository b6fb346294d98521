import { type GraphQLCompositeType, type GraphQLSchema, Kind } from 'graphql'
import type { Field, SelectionSet } from '../../operation.ts'
import { type Condition, hold, withConditions } from './conditions.ts'
import type { Json } from './json.ts'
import { appliesToAll, responseNameOf } from './normal-form.ts'

/** A selection set and the conditions that include it. */
export type ConditionalSelectionSet = { set: SelectionSet; when: readonly Condition[] }

/** One field node of an operation and the conditions that include it; `order` is its position in document order. */
export type Occurrence = { field: Field; when: readonly Condition[]; order: number }

/**
 * CollectFields of the GraphQL specification, for any values of the variables: by response name in document order. Without
 * a type, the fields on any type.
 */
export function collectFields(
  parts: readonly ConditionalSelectionSet[],
  schema: GraphQLSchema,
  type?: GraphQLCompositeType,
): Map<string, Occurrence[]> {
  const found = new Map<string, Occurrence[]>()
  let order = 0

  const visit = (set: SelectionSet, when: readonly Condition[]) => {
    for (const selection of set.selections) {
      const now = withConditions(when, selection.directives)
      if (!now) continue
      if (selection.kind === Kind.FIELD) {
        const name = responseNameOf(selection)
        const occurrence = { field: selection, when: now, order: order++ }
        const before = found.get(name)
        if (before) before.push(occurrence)
        else found.set(name, [occurrence])
      } else if (appliesToAll(schema, selection, type)) visit(selection.selectionSet, now)
    }
  }
  for (const { set, when } of parts) visit(set, when)
  return found
}

/** The fields on objects of one type that these variables include, by response name in the order of the response. */
export function includedFields(
  sets: readonly SelectionSet[],
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  variables: Json,
): Map<string, Field[]> {
  const parts = sets.map((set) => ({ set, when: [] }))
  const included = [...collectFields(parts, schema, type).values()].flatMap((occurrences) =>
    occurrences.filter(({ when }) => hold(when, variables)),
  )
  const inOrder = included.sort((a, b) => a.order - b.order).map(({ field }) => field)
  return Map.groupBy(inOrder, responseNameOf)
}

/** The selection sets of field nodes that have one response name. */
export const selectionSetsOf = (nodes: readonly Pick<Field, 'selectionSet'>[]): SelectionSet[] =>
  nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []))
