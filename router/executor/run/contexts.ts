import type { FetchDataKeyRenamer } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import type { Json } from '../selection/json.ts'
import type { Place } from './places.ts'
import { find } from './rewrites.ts'

/** Entities by what they take from around them: those of one group can be asked for together. */
export function byContext(places: Place[], rewrites: readonly FetchDataKeyRenamer[], schema: GraphQLSchema) {
  const groups = new Map<string, { context: Json; objects: Json[] }>()
  for (const { line } of places) {
    const context = contextOf(line, rewrites, schema)
    const key = JSON.stringify(context)
    const group = groups.get(key) ?? { context, objects: [] }
    groups.set(key, group)
    group.objects.push(line.at(-1) ?? {})
  }
  return [...groups.values()]
}

/**
 * The arguments that a fetch of one entity takes from the objects around it (@fromContext), by variable. `line` is the way
 * from the root to the entity; each '..' of a rewrite's path goes up one object. The first rewrite that finds something
 * for a variable is the one that counts.
 */
function contextOf(line: readonly Json[], rewrites: readonly FetchDataKeyRenamer[], schema: GraphQLSchema): Json {
  const found: Json = {}
  for (const { path, renameKeyTo } of rewrites) {
    if (Object.hasOwn(found, renameKeyTo)) continue
    const down = path.findIndex((element) => element !== '..')
    const from = line[line.length - 1 - down]
    const [value] = from && down >= 0 ? find(schema, from, path.slice(down)) : []
    if (value !== undefined) found[renameKeyTo] = value
  }
  return found
}
