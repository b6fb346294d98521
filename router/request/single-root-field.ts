import {
  type DirectiveNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  SingleFieldSubscriptionsRule,
  specifiedRules,
  type ValidationRule,
} from 'graphql'
import { fragmentsOf } from '../selections.ts'

/**
 * Single Root Field (GraphQL draft, 5.2.4.1): a subscription has one root field, and neither `@skip` nor `@include` stands
 * at its root. graphql-js 16 does not know the second half, and its rule for the first one throws on conditions that it
 * cannot evaluate (graphql-js#3974): it is asked only about operations that have none there.
 */
const singleRootField: ValidationRule = (context) => {
  const fragments = fragmentsOf(context.getDocument())
  // What it returns: its type allows for every other form of a visitor too.
  const counting = SingleFieldSubscriptionsRule(context) as { OperationDefinition(node: OperationDefinitionNode): void }
  return {
    OperationDefinition: (operation) => {
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return
      const conditions = conditionsIn(operation.selectionSet, fragments)
      if (conditions.length === 0) return counting.OperationDefinition(operation)
      const message = 'The root of a subscription takes no @skip or @include.'
      context.reportError(new GraphQLError(message, { nodes: conditions }))
    },
  }
}

/** The rules of GraphQL, with this one in the place of graphql-js'. */
export const STANDARD_RULES = specifiedRules.map((rule) =>
  rule === SingleFieldSubscriptionsRule ? singleRootField : rule,
)

const CONDITIONS = new Set(['skip', 'include'])

/** The conditions on a selection set and in its fragments, each of which is read once: they may spread in circles. */
function conditionsIn(root: SelectionSetNode, fragments: Map<string, FragmentDefinitionNode>): DirectiveNode[] {
  const found: DirectiveNode[] = []
  const sets = new Set([root])
  // A Set yields what is added to it on the way.
  for (const { selections } of sets) {
    for (const selection of selections) {
      found.push(...(selection.directives ?? []).filter(({ name }) => CONDITIONS.has(name.value)))
      if (selection.kind === Kind.FIELD) continue
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
      if (fragment) sets.add(fragment.selectionSet)
    }
  }
  return found
}
