import { type GraphQLCompositeType, type GraphQLSchema, Kind } from 'graphql'
import type { Refusal } from '../errors.ts'
import { selectionSetOf, typeOfField, typeOfFragment } from '../executor/selection/normal-form.ts'
import type { Field, Operation, RefusedFields, Rights, Selection, SelectionSet } from '../operation.ts'

/**
 * Removes the fields that callers with these rights may not have. Whether a field is refused depends on the type that it is
 * selected on. An object whose fields are all refused remains, with an empty selection set.
 */
export function removeRefused(
  schema: GraphQLSchema,
  operation: Operation,
  rights: Rights,
): { remaining: Operation; refused: RefusedFields } {
  const refused = new Map<Field, Refusal>()
  const root = schema.getRootType(operation.operation)
  if (!root) throw new Error('A valid operation has a root type.')
  return { remaining: { ...operation, selectionSet: reduced(operation.selectionSet, root) }, refused }

  function reduced({ selections }: SelectionSet, parent: GraphQLCompositeType): SelectionSet {
    return selectionSetOf(selections.flatMap((each) => reducedSelection(each, parent)))
  }

  function reducedSelection(selection: Selection, parent: GraphQLCompositeType): Selection[] {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const selectionSet = reduced(selection.selectionSet, typeOfFragment(schema, selection, parent))
      return selectionSet.selections.length ? [{ ...selection, selectionSet }] : []
    }
    const coordinate = `${parent.name}.${selection.name.value}`
    if (!rights.allows(coordinate)) {
      refused.set(selection, rights.refusal(coordinate))
      return []
    }
    const type = typeOfField(parent, selection.name.value)
    if (!selection.selectionSet || !type) return [selection]
    return [{ ...selection, selectionSet: reduced(selection.selectionSet, type) }]
  }
}
