import {
  type DirectiveNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  SingleFieldSubscriptionsRule,
  specifiedRules,
  type ValidationRule,
} from 'graphql'
import { type FragmentDefinitions, fragmentsOf } from '../executor/selection/normal-form.ts'

/**
 * Single Root Field (GraphQL draft, 5.2.4.1): a subscription has one root field, without `@skip` and `@include` at its
 * root. graphql-js 16 does not check the second part, and its rule for the first throws on conditions that it cannot
 * evaluate (graphql-js#3974). So that rule runs only for operations without such conditions.
 */
const singleRootField: ValidationRule = (context) => {
  const fragments = fragmentsOf(context.getDocument())
  // The cast names the form of visitor that this rule returns; its declared type allows all forms.
  const standardRule = SingleFieldSubscriptionsRule(context) as {
    OperationDefinition(node: OperationDefinitionNode): void
  }
  return {
    OperationDefinition: (operation) => {
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return
      const conditions = conditionsIn(operation.selectionSet, fragments)
      if (conditions.length === 0) return standardRule.OperationDefinition(operation)
      const message = 'The root of a subscription takes no @skip or @include.'
      context.reportError(new GraphQLError(message, { nodes: conditions }))
    },
  }
}

/** The rules of the GraphQL specification, with this one in place of graphql-js'. */
export const SPECIFIED_RULES = specifiedRules.map((rule) =>
  rule === SingleFieldSubscriptionsRule ? singleRootField : rule,
)

const CONDITIONS = new Set(['skip', 'include'])

/** The conditions on a selection set and in its fragments. Each fragment is visited once, because spreads may be cyclic. */
function conditionsIn(root: SelectionSetNode, fragments: FragmentDefinitions): DirectiveNode[] {
  const found: DirectiveNode[] = []
  const sets = new Set([root])
  // Iterating over a Set includes members that are added during the iteration.
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

/** Enough for lists written by hand; GeoJSON nests its coordinates four deep. */
const MAX_LIST_DEPTH = 5

/**
 * Refuses literals with more deeply nested lists. Apollo's planner (`collectVariablesInValue`, 2.14) visits every member of
 * a list twice, so each level doubles its work; thirty levels, which are sixty characters, would block the router for good.
 */
export const shallowLists: ValidationRule = (context) => {
  let depth = 0
  return {
    ListValue: {
      enter: (node) => {
        depth += 1
        if (depth !== MAX_LIST_DEPTH + 1) return
        const message = `Lists in a document may be nested at most ${MAX_LIST_DEPTH} deep. Send this list as a variable.`
        context.reportError(new GraphQLError(message, { nodes: node }))
      },
      leave: () => {
        depth -= 1
      },
    },
  }
}
