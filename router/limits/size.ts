import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql'
import type { FragmentDefinitions } from '../executor/selection/normal-form.ts'

/**
 * An operation's size with all fragments expanded. Introspection, which tools nest deeply, counts as depth 1. `selections`
 * are its fields and fragments. The document need not be valid.
 */
export type Size = { depth: number; fields: number; aliases: number; selections: number }

const EMPTY: Size = { depth: 0, fields: 0, aliases: 0, selections: 0 }

/** Each fragment is measured once however often it is spread, because expanding can take exponential time. */
export function sizeOf(set: SelectionSetNode, fragments: FragmentDefinitions): Size {
  const known = new Map<string, Size>()

  const ofSet = ({ selections }: SelectionSetNode): Size => {
    const size = { ...EMPTY }
    for (const selection of selections) {
      const { depth, fields, aliases, selections } = ofSelection(selection)
      size.depth = Math.max(size.depth, depth)
      size.fields += fields
      size.aliases += aliases
      size.selections += 1 + selections
    }
    return size
  }

  const ofSelection = (selection: SelectionNode): Size => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSet(selection.selectionSet)
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value)
    const below = selection.selectionSet ? ofSet(selection.selectionSet) : EMPTY
    const depth = selection.name.value.startsWith('__') ? 1 : 1 + below.depth
    return { ...below, depth, fields: 1 + below.fields, aliases: below.aliases + (selection.alias ? 1 : 0) }
  }

  const ofFragment = (name: string): Size => {
    const before = known.get(name)
    if (before) return before
    const fragment = fragments.get(name)
    known.set(name, EMPTY) // A document that is not validated yet may have fragments that spread themselves.
    const size = fragment ? ofSet(fragment.selectionSet) : EMPTY
    known.set(name, size)
    return size
  }

  return ofSet(set)
}
