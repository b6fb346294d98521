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
 * The document without what the planner has no use for, and stumbles over: introspection, which it does not see inside of
 * fragments, and what a condition without a variable leaves out, which it fetches all the same. An object all of whose
 * fields may be left out is asked for its type: the planner would forget that the object itself is asked for.
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

/** Tells of a selection set whether variables may leave nothing of it. */
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

const hasLiteralCondition = ({ name, arguments: given }: DirectiveNode) =>
  (name.value === 'skip' || name.value === 'include') &&
  given?.some((argument) => argument.name.value === 'if' && argument.value.kind === Kind.BOOLEAN) === true
