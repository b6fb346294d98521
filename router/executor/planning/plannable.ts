import { Kind, visit } from 'graphql'
import type { Operation, Selection, SelectionSet } from '../../operation.ts'
import { withConditions } from '../selection/conditions.ts'
import { isIntrospectionField, selectionSetOf, TYPENAME } from '../selection/normal-form.ts'

/**
 * An operation as the planner takes it: without introspection, which is answered here. Where variables may exclude all
 * fields of an object, `__typename` is added, because the planner would drop the object itself.
 */
export const plannable = (operation: Operation): Operation =>
  visit(operation, {
    SelectionSet: {
      leave: (set, _, parent): SelectionSet | undefined => {
        const isOfField = parent && 'kind' in parent && parent.kind === Kind.FIELD
        const all = (set as SelectionSet).selections // visit does not know the parts of a normal form
        const selections = all.filter((each) => !isIntrospection(each))
        if (selections.length === 0 || (isOfField && selections.every(mayBeExcluded)))
          return selectionSetOf([TYPENAME, ...selections])
        return selections.length === all.length ? undefined : selectionSetOf(selections)
      },
    },
  })

const isIntrospection = (selection: Selection) =>
  selection.kind === Kind.FIELD && isIntrospectionField(selection.name.value)

const mayBeExcluded = (selection: Selection): boolean =>
  withConditions([], selection.directives)?.length !== 0 ||
  (selection.kind === Kind.INLINE_FRAGMENT && selection.selectionSet.selections.every(mayBeExcluded))
