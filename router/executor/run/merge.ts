import { type GraphQLSchema, isObjectType } from 'graphql'
import type { FetchedField } from '../compile/response-shape.ts'
import { isObject, type Json, ownValue, setOwnValue } from '../selection/json.ts'

/**
 * Merges a fetch's data into the tree: objects recursively, lists of equal length member by member. A null never
 * replaces a value.
 */
export function merge(target: Json, source: Json, fields: FetchedField[], schema: GraphQLSchema): void {
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as FetchedField // index < length
    const { name, isPrototypeName } = field
    const value = isPrototypeName ? ownValue(source, name) : source[name]
    if (value === undefined) continue
    const known = isPrototypeName ? ownValue(target, name) : target[name]
    if (known === undefined || known === null) {
      if (isPrototypeName) setOwnValue(target, name, value)
      else target[name] = value
    } else if (value === null || (field.fields && mergeValue(known, value, field.fields, schema))) {
      // The known value stays, or was merged in place.
    } else if (name !== '__typename' || isObjectName(value, schema) || !isObjectName(known, schema)) {
      // A subgraph with an interface object knows only the interface's name, which must not replace the object type's.
      if (isPrototypeName) setOwnValue(target, name, value)
      else target[name] = value
    }
  }
}

/** Merges in place if both values have the same form, and returns whether they do. */
function mergeValue(known: unknown, value: unknown, fields: FetchedField[], schema: GraphQLSchema): boolean {
  if (Array.isArray(known)) {
    if (!Array.isArray(value) || value.length !== known.length) return false
    for (let index = 0; index < value.length; index++) {
      const member = value[index]
      if (member === null || member === undefined) continue
      if (!mergeValue(known[index], member, fields, schema)) known[index] = member
    }
    return true
  }
  if (!isObject(known) || !isObject(value)) return false
  merge(known, value, fields, schema)
  return true
}

const isObjectName = (name: unknown, schema: GraphQLSchema) =>
  typeof name === 'string' && isObjectType(schema.getType(name))
