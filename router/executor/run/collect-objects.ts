import { type CompiledSelection, innerSelection, outputFor } from '../compile/output.ts'
import { isObject, type Json, ownValue } from '../selection/json.ts'

/** Collects all objects at a plan's path; '@' means every member of a list. */
export function collectObjects(value: unknown, path: readonly string[], from: number, objects: Json[]): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) collectObjects(value[index], path, from, objects)
  } else if (isObject(value)) {
    let next = from
    while (path[next] === '@') next++
    const key = path[next]
    if (key === undefined) objects.push(value)
    else collectObjects(ownValue(value, key), path, next + 1, objects)
  }
}

/** Collects the objects at a path on which the client selects one of the fields, or whose type is still unknown. */
export function collectNarrowedObjects(
  value: unknown,
  path: readonly string[],
  from: number,
  selection: CompiledSelection,
  names: ReadonlySet<string>,
  objects: Json[],
): void {
  if (Array.isArray(value))
    for (const member of value) collectNarrowedObjects(member, path, from, selection, names, objects)
  if (Array.isArray(value) || !isObject(value)) return
  const output = outputFor(selection, value.__typename)
  if (!output || output.typename === null) {
    collectObjects(value, path, from, objects)
    return
  }
  let next = from
  while (path[next] === '@') next++
  const key = path[next]
  if (key === undefined) {
    if (output.fields.some(({ name }) => names.has(name))) objects.push(value)
    return
  }
  const field = output.fields.find(({ name }) => name === key)
  const inner = field && innerSelection(field.type)
  if (inner) collectNarrowedObjects(ownValue(value, key), path, next + 1, inner, names, objects)
}
