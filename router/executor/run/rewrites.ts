import type { FetchDataRewrite } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { isOfType } from '../compile/response-shape.ts'
import { isObject, type Json, ownValue, setOwnValue } from '../selection/json.ts'

/** How the planner writes a type condition in a path. */
export const FRAGMENT = '... on '

/** Applies one of the planner's rewrites to a representation, in place. */
export function rewrite(schema: GraphQLSchema, step: FetchDataRewrite, object: Json): void {
  const last = step.path.at(-1)
  if (last === undefined) return
  for (const holder of find(schema, object, step.path.slice(0, -1))) {
    if (!isObject(holder)) continue
    if (step.kind === 'ValueSetter') setOwnValue(holder, last, step.setValueTo)
    else if (ownValue(holder, last) !== undefined) {
      setOwnValue(holder, step.renameKeyTo, holder[last])
      delete holder[last]
    }
  }
}

/** All values at a path of field names and type conditions, inside any lists on the way. */
function find(schema: GraphQLSchema, value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((member) => find(schema, member, path))
  const [first, ...rest] = path
  if (first === undefined) return [value]
  if (!isObject(value)) return []
  if (!first.startsWith(FRAGMENT)) return find(schema, ownValue(value, first), rest)
  const { __typename: typename } = value
  const fits = typeof typename !== 'string' || isOfType(schema, typename, first.slice(FRAGMENT.length))
  return fits ? find(schema, value, rest) : []
}
