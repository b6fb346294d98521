import {
  type ASTVisitor,
  type GraphQLCompositeType,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Operation, Selection, SelectionSet } from '../../operation.ts'
import { appliesToAll, isIntrospectionField, selectionSetOf, TYPENAME } from '../selection/normal-form.ts'

/**
 * An operation as the planner takes it: without introspection, which is answered here. Where no field is selected on some
 * objects, `__typename` is added: the planner would drop the object itself.
 */
export function plannable(operation: Operation, schema: GraphQLSchema): Operation {
  const types = new TypeInfo(schema)
  const visitor: ASTVisitor = {
    SelectionSet: {
      leave: (set, _, parent): SelectionSet | undefined => {
        const isOfField = parent && 'kind' in parent && parent.kind === Kind.FIELD
        const all = (set as SelectionSet).selections // visit does not know the parts of a normal form
        const selections = all.filter((each) => !isIntrospection(each))
        const type = types.getParentType() ?? undefined
        if (selections.length === 0 || (isOfField && selections.every((each) => mayBeExcluded(each, schema, type))))
          return selectionSetOf([TYPENAME, ...selections])
        return selections.length === all.length ? undefined : selectionSetOf(selections)
      },
    },
  }
  return visit(operation, visitWithTypeInfo(types, visitor))
}

const isIntrospection = (selection: Selection) =>
  selection.kind === Kind.FIELD && isIntrospectionField(selection.name.value)

const mayBeExcluded = (selection: Selection, schema: GraphQLSchema, type?: GraphQLCompositeType): boolean =>
  selection.kind === Kind.INLINE_FRAGMENT &&
  (!appliesToAll(schema, selection, type) ||
    selection.selectionSet.selections.every((each) => mayBeExcluded(each, schema, type)))
