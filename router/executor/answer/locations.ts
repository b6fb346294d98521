import { isAbstractType } from 'graphql'
import type { ErrorPath } from '../../errors.ts'
import { type FieldOutput, outputFor, type Selection } from '../compile/output.ts'
import { collect } from '../selection/collect-fields.ts'
import { isObject, type Json, own } from '../selection/json.ts'
import { isIncluded } from './project.ts'

/** What was fetched, and how it will be answered. */
export type Answered = { tree: Json; output: Selection; variables: Json }

/** A place of the tree, by the names there. */
export type Site = {
  path: ErrorPath
  value: unknown
  /** What the client asks of the value; null where it asks for nothing in it. */
  selection: Selection | null
  /** How far the path goes along what the client asked for. */
  asked: number
  /** The client asked for what comes next, but of other types only; the planner may ask for it all the same. */
  isOthers: boolean
}

export type Sites = ReturnType<typeof sitesIn>

/** Finds places in an answer. What is found out on the way is kept: each place of a fetch is walked to once. */
export function sitesIn({ tree, output, variables }: Answered) {
  const included = new Map<object, ReadonlyMap<string, FieldOutput>>()
  const ofAnyType = new Map<Selection, ReadonlySet<string>>()
  const found = new Map<readonly string[], Site[]>()
  const byObject = new Map<readonly string[], Map<unknown, number[]>>()
  const root: Site = { path: [], value: tree, selection: output, asked: 0, isOthers: false }

  /** What the client asks of the value at a site, by the name in the tree. */
  const fieldsAt = ({ value, selection }: Site): ReadonlyMap<string, FieldOutput> => {
    const output = selection && outputFor(selection, isObject(value) ? value.__typename : undefined)
    if (!output) return NOTHING
    const known = included.get(output)
    if (known) return known
    const fields = new Map<string, FieldOutput>()
    for (const field of output.fields) {
      if (!fields.has(field.name) && (field.always || isIncluded(field, variables))) fields.set(field.name, field)
    }
    included.set(output, fields)
    return fields
  }
  const isAskedOfOthers = ({ value, selection }: Site, name: string): boolean => {
    if (!selection || !isAbstractType(selection.declared)) return false
    if (!isObject(value) || typeof value.__typename !== 'string') return false
    const { parts, output } = selection
    const names = ofAnyType.get(selection) ?? new Set(collect(parts, output.fragments, output.schema).keys())
    ofAnyType.set(selection, names)
    return names.has(name)
  }
  const isAllAsked = ({ path, asked }: Site) => asked === path.length

  /** The site that a key leads to. */
  const step = (site: Site, key: string | number): Site => {
    const { value, asked } = site
    const path = [...site.path, key]
    if (typeof key === 'number') {
      const member = Array.isArray(value) ? value[key] : undefined
      return { ...site, path, value: member, asked: isAllAsked(site) ? path.length : asked }
    }
    const inside = isObject(value) ? own(value, key) : undefined
    if (!isAllAsked(site)) return { ...site, path, value: inside, selection: null }
    const field = fieldsAt(site).get(key)
    if (!field) return { path, value: inside, selection: null, asked, isOthers: isAskedOfOthers(site, key) }
    let type = field.type
    while (type.item) type = type.item
    return { path, value: inside, selection: type.selection, asked: path.length, isOthers: false }
  }

  /** All objects at a fetch's path ('@' stands for every member of a list), in the order in which `gather` finds them. */
  const at = (path: readonly string[]): Site[] => {
    const known = found.get(path)
    if (known) return known
    const sites: Site[] = []
    const walk = (site: Site, from: number) => {
      const { value } = site
      if (Array.isArray(value)) for (let index = 0; index < value.length; index++) walk(step(site, index), from)
      else if (isObject(value)) {
        let next = from
        while (path[next] === '@') next++
        const key = path[next]
        if (key === undefined) sites.push(site)
        else walk(step(site, key), next + 1)
      }
    }
    walk(root, 0)
    found.set(path, sites)
    return sites
  }

  /** Those of them where these objects are; one object may be in several places. */
  const of = (objects: Iterable<Json>, path: readonly string[]): Site[] => {
    const sites = at(path)
    const known = byObject.get(path)
    const places = known ?? Map.groupBy(sites.keys(), (index) => sites[index]?.value)
    if (!known) byObject.set(path, places)
    const indexes = [...new Set(objects)].flatMap((object) => places.get(object) ?? [])
    return indexes.sort((a, b) => a - b).flatMap((index) => sites[index] ?? [])
  }

  /** What a site's path is for the client: cut where it goes on to what it did not ask for; null: it is not its business. */
  const shown = ({ path, asked, isOthers }: Site): ErrorPath | null => (isOthers ? null : path.slice(0, asked))
  const along = (site: Site, path: Readonly<ErrorPath>): Site => path.reduce(step, site)

  return { root, fieldsAt, step, along, at, of, shown }
}

const NOTHING: ReadonlyMap<string, FieldOutput> = new Map()
