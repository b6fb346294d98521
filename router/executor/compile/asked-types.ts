import { isObjectType, type NamedTypeNode, visit } from 'graphql'
import { isOfType } from './fetched-shape.ts'
import type { Selection, TypeOutput } from './output.ts'

/** The types whose objects may be asked for something else than others at their place; '' stands for the others. */
export function typesOf({ declared, output: { schema } }: Selection, conditions: ReadonlySet<string>): string[] {
  if (isObjectType(declared)) return [declared.name]
  const told = [...conditions].filter((condition) => !isOfType(schema, declared.name, condition))
  const members = schema.getPossibleTypes(declared).map(({ name }) => name)
  return ['', ...members.filter((member) => told.some((condition) => isOfType(schema, member, condition)))]
}

/** The types that an operation's fragments are about. */
export function conditionsOf({ parts, output: { fragments } }: Selection): Set<string> {
  const found = new Set<string>()
  const note = ({ typeCondition }: { typeCondition?: NamedTypeNode | undefined }) => {
    if (typeCondition) found.add(typeCondition.name.value)
  }
  for (const { set } of parts) visit(set, { InlineFragment: note })
  for (const fragment of fragments.values()) visit(fragment, { FragmentDefinition: note, InlineFragment: note })
  return found
}

/** What is asked of the objects of a field; null: it has none. */
export const selectionOf = ({ item, selection }: TypeOutput): Selection | null => (item ? selectionOf(item) : selection)
