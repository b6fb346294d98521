import type { CompiledFetch } from './fetches.ts'
import { FRAGMENT } from './required-selections.ts'
import type { FetchedField } from './response-shape.ts'

/**
 * Where an argument from a context (@fromContext) has its value: fields, and type conditions, below the objects of a type at a path of
 * names in the tree.
 */
export type ContextSource = { path: readonly string[]; type: string; fields: readonly string[] }

/** The sources of a fetch's arguments. In a rewrite's path each '..' goes up by one object from those of the fetch. */
export function contextSources({ path, contextRewrites }: CompiledFetch): ContextSource[] {
  const objects = namesIn(path)
  return contextRewrites.flatMap((rewrite) => {
    const up = rewrite.path.lastIndexOf('..') + 1
    const [type = '', ...fields] = rewrite.path.slice(up)
    if (!type.startsWith(FRAGMENT) || fields.length === 0) return []
    return [{ path: objects.slice(0, objects.length - up), type: type.slice(FRAGMENT.length), fields }]
  })
}

/** Whether a fetch brings a source's value, or a part of it. */
export function bringsSource({ path, fields }: CompiledFetch, source: ContextSource): boolean {
  const names = namesIn(path)
  if (!names.every((name, index) => source.path[index] === name)) return false
  const inside = source.path
    .slice(names.length)
    .reduce<FetchedField[]>((all, key) => all.flatMap((each) => (each.name === key ? (each.fields ?? []) : [])), fields)
  return inside.some(({ name }) => name === source.fields[0])
}

const namesIn = (path: readonly string[]) => path.filter((name) => name !== '@')
