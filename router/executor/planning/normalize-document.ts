import {
  type ASTVisitor,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { fragmentsOf } from '../../selections.ts'
import { isOfType } from '../compile/response-shape.ts'
import { type Fragments, isIntrospectionField } from '../selection/collect-fields.ts'
import { withConditions } from '../selection/conditions.ts'

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * Removes what the planner does not need and handles wrongly: introspection, which it does not find inside fragments,
 * and what literal conditions exclude, which it fetches anyway. Where all fields of an object may be excluded, by
 * conditions or because they are selected on other types, `__typename` is added: the planner would drop the object
 * itself.
 */
export function normalizeForPlanner(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const mayBeEmpty = emptinessCheck(fragmentsOf(document), schema)
  const types = new TypeInfo(schema)
  const visitor: ASTVisitor = {
    SelectionSet: {
      leave: (set, _, parent) => {
        const isOfField = parent && 'kind' in parent && parent.kind === Kind.FIELD
        const selections = [
          ...(isOfField && mayBeEmpty(set, types.getParentType()?.name) ? [TYPENAME] : []),
          ...set.selections.flatMap(normalizeSelection),
        ]
        if (selections.length === set.selections.length && selections.every((each, i) => each === set.selections[i]))
          return undefined
        return { ...set, selections: selections.length ? selections : [TYPENAME] }
      },
    },
    FragmentDefinition: (fragment) => (fragment.typeCondition.name.value.startsWith('__') ? null : undefined),
  }
  return visit(document, visitWithTypeInfo(types, visitor))
}

/** Returns a function that says whether nothing in a selection set may apply to some object of a type. */
function emptinessCheck(
  fragments: Fragments,
  schema: GraphQLSchema,
): (set: SelectionSetNode, type: string | undefined) => boolean {
  const known = new Map<string, boolean>()
  const mayBeEmpty = ({ selections }: SelectionSetNode, type: string | undefined): boolean =>
    selections.every((each) => mayBeLeftOut(each, type))
  const mayBeLeftOut = (selection: SelectionNode, type: string | undefined): boolean => {
    if (withConditions([], selection.directives)?.length !== 0) return true
    if (selection.kind === Kind.FIELD) return isIntrospectionField(selection.name.value)
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    const condition = fragment?.typeCondition?.name.value
    if (!fragment || (condition !== undefined && type !== undefined && !isOfType(schema, type, condition))) return true
    if (selection.kind === Kind.INLINE_FRAGMENT) return mayBeEmpty(fragment.selectionSet, type)
    const key = `${type} ${selection.name.value}`
    const isEmpty = known.get(key) ?? mayBeEmpty(fragment.selectionSet, type)
    known.set(key, isEmpty)
    return isEmpty
  }
  return mayBeEmpty
}

function normalizeSelection(selection: SelectionNode): SelectionNode[] {
  if (selection.kind === Kind.FIELD && isIntrospectionField(selection.name.value)) return []
  const { directives } = selection
  if (!directives?.some(hasLiteralCondition)) return [selection]
  return withConditions([], directives)
    ? [{ ...selection, directives: directives.filter((each) => !hasLiteralCondition(each)) }]
    : []
}

const hasLiteralCondition = ({ name, arguments: args }: DirectiveNode) =>
  (name.value === 'skip' || name.value === 'include') &&
  args?.some((argument) => argument.name.value === 'if' && argument.value.kind === Kind.BOOLEAN) === true
