import { type DirectiveNode, type DocumentNode, type FieldNode, Kind, type SelectionNode, visit } from 'graphql'
import { withConditions } from './conditions.ts'
import { isIntrospection } from './selections.ts'

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * The document without what the planner has no use for, and stumbles over: introspection, which it does not see inside of
 * fragments, and what a condition without a variable leaves out, which it fetches all the same.
 */
export function plannable(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: {
      leave: (set) => {
        const selections = set.selections.flatMap(kept)
        if (selections.length === set.selections.length && selections.every((each, i) => each === set.selections[i]))
          return undefined
        return { ...set, selections: selections.length ? selections : [TYPENAME] }
      },
    },
    FragmentDefinition: (fragment) => (fragment.typeCondition.name.value.startsWith('__') ? null : undefined),
  })
}

function kept(selection: SelectionNode): SelectionNode[] {
  if (selection.kind === Kind.FIELD && isIntrospection(selection.name.value)) return []
  const { directives } = selection
  if (!directives?.some(isLiteral)) return [selection]
  return withConditions([], directives)
    ? [{ ...selection, directives: directives.filter((each) => !isLiteral(each)) }]
    : []
}

const isLiteral = ({ name, arguments: given }: DirectiveNode) =>
  (name.value === 'skip' || name.value === 'include') &&
  given?.some((argument) => argument.name.value === 'if' && argument.value.kind === Kind.BOOLEAN) === true
