import { isAbstractType } from 'graphql'
import type { ErrorPath } from '../../errors.ts'
import { type CompiledSelection, type FieldOutput, outputFor } from '../compile/output.ts'
import { collectFields } from '../selection/collect-fields.ts'
import { isObject, type Json, ownValue } from '../selection/json.ts'

/** The tree, and how it is answered. */
export type FetchedAnswer = { tree: Json; output: CompiledSelection }

/** A location in the tree; `path` has the names of the tree. */
export type AnswerLocation = {
  path: ErrorPath
  value: unknown
  /** What the client selects on the value; null if nothing. */
  selection: CompiledSelection | null
  /** How many elements of the path the client selected. */
  selectedDepth: number
  /** Whether the client selected the next field on other types only. The planner may fetch it nevertheless. */
  isSelectedOnOtherTypes: boolean
}

export type AnswerLocator = ReturnType<typeof createAnswerLocator>

/** Finds locations in an answer and caches them, so that the tree is walked once for each path. */
export function createAnswerLocator({ tree, output }: FetchedAnswer) {
  const fieldsByOutput = new Map<object, ReadonlyMap<string, FieldOutput>>()
  const namesOnAnyType = new Map<CompiledSelection, ReadonlySet<string>>()
  const byPath = new Map<readonly string[], AnswerLocation[]>()
  const byObject = new Map<readonly string[], Map<unknown, number[]>>()
  const root: AnswerLocation = {
    path: [],
    value: tree,
    selection: output,
    selectedDepth: 0,
    isSelectedOnOtherTypes: false,
  }

  /** The fields that are fetched for the client on the value, by name in the tree. */
  const fieldsAt = ({ value, selection }: AnswerLocation): ReadonlyMap<string, FieldOutput> => {
    const output = selection && outputFor(selection, isObject(value) ? value.__typename : undefined)
    if (!output) return NO_FIELDS
    const known = fieldsByOutput.get(output)
    if (known) return known
    const fields = new Map(output.fields.flatMap((field) => (field.nodes.length ? [[field.name, field] as const] : [])))
    fieldsByOutput.set(output, fields)
    return fields
  }
  const isOnOtherTypes = ({ value, selection }: AnswerLocation, name: string): boolean => {
    if (!selection || !isAbstractType(selection.declared)) return false
    if (!isObject(value) || typeof value.__typename !== 'string') return false
    const { sets, context } = selection
    const names = namesOnAnyType.get(selection) ?? new Set(collectFields(sets, context.schema).keys())
    namesOnAnyType.set(selection, names)
    return names.has(name)
  }
  const isSelected = ({ path, selectedDepth }: AnswerLocation) => selectedDepth === path.length

  /** The location one key further down. */
  const child = (location: AnswerLocation, key: string | number): AnswerLocation => {
    const { value, selectedDepth } = location
    const path = [...location.path, key]
    if (typeof key === 'number') {
      const member = Array.isArray(value) ? value[key] : undefined
      return { ...location, path, value: member, selectedDepth: isSelected(location) ? path.length : selectedDepth }
    }
    const inside = isObject(value) ? ownValue(value, key) : undefined
    if (!isSelected(location)) return { ...location, path, value: inside, selection: null }
    const field = fieldsAt(location).get(key)
    if (!field)
      return {
        path,
        value: inside,
        selection: null,
        selectedDepth,
        isSelectedOnOtherTypes: isOnOtherTypes(location, key),
      }
    let type = field.type
    while (type.item) type = type.item
    return { path, value: inside, selection: type.selection, selectedDepth: path.length, isSelectedOnOtherTypes: false }
  }

  /**
   * The locations of all objects at a fetch's path ('@' means every member of a list), in the order of
   * `collectObjects`.
   */
  const locationsAt = (path: readonly string[]): AnswerLocation[] => {
    const known = byPath.get(path)
    if (known) return known
    const locations: AnswerLocation[] = []
    const walk = (location: AnswerLocation, from: number) => {
      const { value } = location
      if (Array.isArray(value)) for (let index = 0; index < value.length; index++) walk(child(location, index), from)
      else if (isObject(value)) {
        let next = from
        while (path[next] === '@') next++
        const key = path[next]
        if (key === undefined) locations.push(location)
        else walk(child(location, key), next + 1)
      }
    }
    walk(root, 0)
    byPath.set(path, locations)
    return locations
  }

  /** The locations of these objects among them. One object may be at several. */
  const locationsOf = (objects: Iterable<Json>, path: readonly string[]): AnswerLocation[] => {
    const locations = locationsAt(path)
    const known = byObject.get(path)
    const indexesByObject = known ?? Map.groupBy(locations.keys(), (index) => locations[index]?.value)
    if (!known) byObject.set(path, indexesByObject)
    const indexes = [...new Set(objects)].flatMap((object) => indexesByObject.get(object) ?? [])
    return indexes.sort((a, b) => a - b).flatMap((index) => locations[index] ?? [])
  }

  /**
   * The location's path up to the last element that the client selected; null if the client selected it on other types only.
   */
  const clientPath = ({ path, selectedDepth, isSelectedOnOtherTypes }: AnswerLocation): ErrorPath | null =>
    isSelectedOnOtherTypes ? null : path.slice(0, selectedDepth)
  const descend = (location: AnswerLocation, path: Readonly<ErrorPath>): AnswerLocation => path.reduce(child, location)

  return { root, fieldsAt, child, descend, locationsAt, locationsOf, clientPath }
}

const NO_FIELDS: ReadonlyMap<string, FieldOutput> = new Map()
