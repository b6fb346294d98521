import type { FetchDataKeyRenamer } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { FRAGMENT } from '../compile/required-selections.ts'
import { isOfType } from '../compile/response-shape.ts'
import { isObject, type Json, ownValue } from '../selection/json.ts'

/**
 * The objects at a fetch's path, grouped by the arguments that the fetch takes from their surroundings (@fromContext).
 * One request can fetch a whole group.
 */
export function groupByContext(
  tree: Json,
  path: readonly string[],
  rewrites: readonly FetchDataKeyRenamer[],
  schema: GraphQLSchema,
) {
  const groups = new Map<string, { context: Json; objects: Json[] }>()
  for (const line of linesAt(tree, path)) {
    const context = contextOf(line, rewrites, schema)
    const key = JSON.stringify(context)
    const group = groups.get(key) ?? { context, objects: [] }
    groups.set(key, group)
    group.objects.push(line.at(-1) ?? {})
  }
  return [...groups.values()]
}

/**
 * The context arguments of one entity, by variable name. `line` holds the objects from the root to the entity; each '..'
 * in a rewrite's path goes up by one of them. The first rewrite that finds a value for a variable wins.
 */
function contextOf(line: readonly Json[], rewrites: readonly FetchDataKeyRenamer[], schema: GraphQLSchema): Json {
  const found: Json = {}
  for (const { path, renameKeyTo } of rewrites) {
    if (Object.hasOwn(found, renameKeyTo)) continue
    const down = path.findIndex((element) => element !== '..')
    const from = line[line.length - 1 - down]
    const value = from && down >= 0 ? valueAt(schema, from, path.slice(down)) : undefined
    if (value !== undefined) found[renameKeyTo] = value
  }
  return found
}

/**
 * The value at a path of field names and type conditions: as it is, or a list of the values in the objects of a list.
 * undefined if it is not known, or the type is another.
 */
function valueAt(schema: GraphQLSchema, value: unknown, [first, ...rest]: readonly string[]): unknown {
  if (first === undefined || value === null || value === undefined) return value
  if (Array.isArray(value)) {
    const members = value.map((member) => valueAt(schema, member, [first, ...rest]))
    // The subgraph would take null for the true value.
    return members.includes(undefined) ? undefined : members
  }
  if (!isObject(value)) return undefined
  if (!first.startsWith(FRAGMENT)) return valueAt(schema, ownValue(value, first), rest)
  const { __typename: typename } = value
  const fits = typeof typename !== 'string' || isOfType(schema, typename, first.slice(FRAGMENT.length))
  return fits ? valueAt(schema, value, rest) : undefined
}

/** For each object at the path, the objects from the root down to it, in the order of `collectObjects`. */
function linesAt(tree: Json, path: readonly string[]): Json[][] {
  const found: Json[][] = []
  const walk = (value: unknown, from: number, above: readonly Json[]) => {
    if (Array.isArray(value)) for (const member of value) walk(member, from, above)
    else if (isObject(value)) {
      let next = from
      while (path[next] === '@') next++
      const key = path[next]
      const line = [...above, value]
      if (key === undefined) found.push(line)
      else walk(ownValue(value, key), next + 1, line)
    }
  }
  walk(tree, 0, [])
  return found
}
