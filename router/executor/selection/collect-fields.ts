import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  isUnionType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql'
import { type Condition, implies, withConditions } from './conditions.ts'

/** A selection set and the conditions that include it. */
export type ConditionalSelectionSet = { set: SelectionSetNode; when: readonly Condition[] }

/** One field node of an operation and the conditions that include it; `order` is its position in document order. */
export type Occurrence = { field: FieldNode; when: readonly Condition[]; order: number }

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** How many selections may still be visited. Beyond it the result is incomplete. */
export type Budget = { left: number }

/**
 * CollectFields of the GraphQL specification, for any values of the variables: by response name in document order, with
 * fragments inlined. Without a type, the fields on any type.
 */
export function collectFields(
  parts: readonly ConditionalSelectionSet[],
  fragments: Fragments,
  schema: GraphQLSchema,
  type?: GraphQLCompositeType,
  budget: Budget = { left: Number.POSITIVE_INFINITY },
): Map<string, Occurrence[]> {
  const found = new Map<string, Occurrence[]>()
  const opened = new Map<string, (readonly Condition[])[]>()
  let order = 0

  const visit = (set: SelectionSetNode, when: readonly Condition[]) => {
    for (const selection of set.selections) {
      if (budget.left-- <= 0) return
      const now = withConditions(when, selection.directives)
      if (!now) continue
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value
        const occurrence = { field: selection, when: now, order: order++ }
        const before = found.get(name)
        if (before) before.push(occurrence)
        else found.set(name, [occurrence])
        continue
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
      if (!fragment || !appliesToAll(schema, fragment.typeCondition?.name.value, type)) continue
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const before = opened.get(selection.name.value) ?? []
        budget.left -= before.length
        if (before.some((weaker) => implies(now, weaker))) continue
        opened.set(selection.name.value, [...before, now])
      }
      visit(fragment.selectionSet, now)
    }
  }
  for (const { set, when } of parts) visit(set, when)
  return found
}

/** Whether a fragment on `condition` applies to every object of `type`. */
function appliesToAll(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: GraphQLCompositeType | undefined,
): boolean {
  if (condition === undefined || type === undefined || condition === type.name) return true
  const conditionType = schema.getType(condition)
  return isAbstractType(conditionType) && !isUnionType(type) && schema.isSubType(conditionType, type)
}

export const isIntrospectionField = (field: string) =>
  field === SchemaMetaFieldDef.name || field === TypeMetaFieldDef.name
