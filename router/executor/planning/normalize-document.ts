import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { fragmentsOf } from '../../selections.ts'
import { type Fragments, isIntrospectionField } from '../selection/collect-fields.ts'
import { withConditions } from '../selection/conditions.ts'

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * Removes what the planner does not need and handles wrongly: introspection, which it does not find inside fragments,
 * and what literal conditions exclude, which it fetches anyway. Where conditions may exclude all fields of an object,
 * `__typename` is added, because the planner would drop the object itself.
 */
export function normalizeForPlanner(document: DocumentNode): DocumentNode {
  const mayBeEmpty = emptinessCheck(fragmentsOf(document))
  return visit(document, {
    SelectionSet: {
      leave: (set, _, parent) => {
        const isOfField = parent && 'kind' in parent && parent.kind === Kind.FIELD
        const selections = [
          ...(isOfField && mayBeEmpty(set) ? [TYPENAME] : []),
          ...set.selections.flatMap(normalizeSelection),
        ]
        if (selections.length === set.selections.length && selections.every((each, i) => each === set.selections[i]))
          return undefined
        return { ...set, selections: selections.length ? selections : [TYPENAME] }
      },
    },
    FragmentDefinition: (fragment) => (fragment.typeCondition.name.value.startsWith('__') ? null : undefined),
  })
}

/** Returns a function that says whether variables may exclude everything in a selection set. */
function emptinessCheck(fragments: Fragments): (set: SelectionSetNode) => boolean {
  const known = new Map<string, boolean>()
  const mayBeEmpty = ({ selections }: SelectionSetNode): boolean => selections.every(mayBeLeftOut)
  const mayBeLeftOut = (selection: SelectionNode): boolean => {
    if (withConditions([], selection.directives)?.length !== 0) return true
    if (selection.kind === Kind.FIELD) return isIntrospectionField(selection.name.value)
    if (selection.kind === Kind.INLINE_FRAGMENT) return mayBeEmpty(selection.selectionSet)
    const { value: name } = selection.name
    const fragment = fragments.get(name)
    const isEmpty = known.get(name) ?? (fragment ? mayBeEmpty(fragment.selectionSet) : true)
    known.set(name, isEmpty)
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
