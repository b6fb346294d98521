import type { Schema } from '@apollo/federation-internals'
import { type FieldNode, Kind, visit } from 'graphql'
import type { Operation, SelectionSet } from '../../operation.ts'
import { fieldIn, typeOfObjects } from '../../supergraph/fields.ts'
import { responseNameOf } from '../selection/normal-form.ts'

/** The names in the tree of response names in a subgraph's operation that differ from them. */
export type TreeNames = ReadonlyMap<string, string>

/** Selections on objects that may be the same one, with the type that their fields belong to. */
type Part = { set: SelectionSet; parent: string | undefined }

/**
 * A fetch's operation, with an alias for each field that has another type than an earlier one of the same name, such as
 * `... on Book { id } ... on Item { id }` where one is an `ID!` and the other an `ID`. A subgraph refuses it otherwise.
 * The planner knows such fields, but does not put its aliases (`planned`) into fragments without a type, or below other
 * aliases; so they are made anew.
 */
export function separateConflictingFields(
  operation: Operation,
  planned: TreeNames,
  schema: Schema,
): { operation: Operation; treeNames: TreeNames } {
  const taken = new Set<string>()
  visit(operation, { Field: (field) => void taken.add(responseNameOf(field)) })
  const nameOf = (field: FieldNode) => planned.get(responseNameOf(field)) ?? responseNameOf(field)
  const treeNames = new Map<string, string>()
  const responseNames = new Map<FieldNode, string>()

  const aliasFor = (name: string): string => {
    let number = 0
    while (taken.has(`${name}__alias_${number}`)) number++
    const alias = `${name}__alias_${number}`
    taken.add(alias)
    treeNames.set(alias, name)
    return alias
  }
  const separate = (parts: readonly Part[]) => {
    const byName = new Map<string, Map<string, { responseName: string; inner: Part[] }>>()
    const collect = ({ set, parent }: Part) => {
      for (const selection of set.selections) {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect({ set: selection.selectionSet, parent: selection.typeCondition?.name.value ?? parent })
          continue
        }
        const { shape, type } = typeOf(selection, parent, schema)
        const name = nameOf(selection)
        const meanings = byName.get(name) ?? new Map()
        byName.set(name, meanings)
        const key = `${selection.name.value} ${shape}`
        const meaning = meanings.get(key) ?? { responseName: meanings.size === 0 ? name : aliasFor(name), inner: [] }
        meanings.set(key, meaning)
        responseNames.set(selection, meaning.responseName)
        if (selection.selectionSet) meaning.inner.push({ set: selection.selectionSet, parent: type })
      }
    }
    parts.forEach(collect)
    for (const meanings of byName.values()) for (const { inner } of meanings.values()) if (inner.length) separate(inner)
  }
  const parent = schema.schemaDefinition.rootType(operation.operation)?.name
  separate([{ set: operation.selectionSet, parent }])
  return {
    operation: visit(operation, {
      Field: (node) => {
        const value = responseNames.get(node)
        if (value === undefined || value === responseNameOf(node)) return undefined
        const alias = value === node.name.value ? undefined : ({ kind: Kind.NAME, value } as const)
        return { ...node, alias }
      },
    }),
    treeNames,
  }
}

/** The type of a field's objects, and its type without the names of object types, which do not matter for merging. */
function typeOf({ name }: FieldNode, parent: string | undefined, schema: Schema) {
  const field = parent === undefined ? undefined : fieldIn(schema, parent, name.value)
  const type = typeOfObjects(field)?.name
  const shape = `${field?.type ?? ''}`
  return { shape: type === undefined ? shape : shape.replace(type, '{}'), type }
}
