import { type GraphQLSchema, isObjectType } from 'graphql'
import type { FetchedField } from '../compile/response-shape.ts'
import { isObject, type Json, ownValue, setOwnValue } from '../selection/json.ts'

/**
 * Puts what a fetch brought into the tree: objects into objects, lists of one length member by member. What is there
 * already is never lost to a null.
 */
export function merge(target: Json, source: Json, fields: FetchedField[], schema: GraphQLSchema): void {
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as FetchedField // within its length
    const { name, isPrototypeName } = field
    const value = isPrototypeName ? ownValue(source, name) : source[name]
    if (value === undefined) continue
    const known = isPrototypeName ? ownValue(target, name) : target[name]
    if (known === undefined || known === null) {
      if (isPrototypeName) setOwnValue(target, name, value)
      else target[name] = value
    } else if (value === null || (field.fields && mergeValue(known, value, field.fields, schema))) {
      // Kept as it was, or merged in place.
    } else if (name !== '__typename' || isObjectName(value, schema) || !isObjectName(known, schema)) {
      // An interface object's subgraph knows the interface only: that must not replace the type itself.
      if (isPrototypeName) setOwnValue(target, name, value)
      else target[name] = value
    }
  }
}

/** Merges in place where both have the same form; tells whether they have. */
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
