import { innerSelection, outputFor, type Selection } from '../compile/output.ts'
import { isObject, type Json, own } from '../selection/json.ts'

/** All objects at a plan's path; '@' stands for every member of a list. */
export function gather(value: unknown, path: readonly string[], from: number, found: Json[]): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) gather(value[index], path, from, found)
  } else if (isObject(value)) {
    let next = from
    while (path[next] === '@') next++
    const key = path[next]
    if (key === undefined) found.push(value)
    else gather(own(value, key), path, next + 1, found)
  }
}

/** The objects at a path of which the client asks for one of the fields, or whose types are not known yet. */
export function gatherNarrow(
  value: unknown,
  path: readonly string[],
  from: number,
  asked: Selection,
  names: ReadonlySet<string>,
  found: Json[],
): void {
  if (Array.isArray(value)) for (const member of value) gatherNarrow(member, path, from, asked, names, found)
  if (Array.isArray(value) || !isObject(value)) return
  const output = outputFor(asked, value.__typename)
  if (!output || output.typename === null) {
    gather(value, path, from, found)
    return
  }
  let next = from
  while (path[next] === '@') next++
  const key = path[next]
  if (key === undefined) {
    if (output.fields.some(({ name }) => names.has(name))) found.push(value)
    return
  }
  const field = output.fields.find(({ name }) => name === key)
  const inside = field && innerSelection(field.type)
  if (inside) gatherNarrow(own(value, key), path, next + 1, inside, names, found)
}
