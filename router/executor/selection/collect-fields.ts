import { type GraphQLCompositeType, type GraphQLSchema, Kind } from 'graphql'
import type { Field, SelectionSet } from '../../operation.ts'
import { appliesToAll, responseNameOf } from './normal-form.ts'

/**
 * CollectFields of the GraphQL specification, for an operation without conditions: by response name in the order of the
 * response. Without a type, the fields on any type.
 */
export function collectFields(
  sets: readonly SelectionSet[],
  schema: GraphQLSchema,
  type?: GraphQLCompositeType,
): Map<string, Field[]> {
  const found = new Map<string, Field[]>()
  const visit = (set: SelectionSet) => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = responseNameOf(selection)
        const before = found.get(name)
        if (before) before.push(selection)
        else found.set(name, [selection])
      } else if (appliesToAll(schema, selection, type)) visit(selection.selectionSet)
    }
  }
  sets.forEach(visit)
  return found
}
