import { type GraphQLError, type GraphQLSchema, isAbstractType } from 'graphql'
import { type ErrorPath, subgraphError } from '../errors.ts'
import type { Given } from '../execute.ts'
import type { CompiledFetch } from './fetches.ts'
import { isObject, type Json, own } from './json.ts'
import { type ObjectOutput, outputFor, type Selection } from './output.ts'
import { type Path, type Place, placesAt } from './places.ts'
import { isIncluded } from './project.ts'
import { collect } from './selections.ts'
import { type Fetched, isAsked } from './shape.ts'

/**
 * What a fetch failed to bring. `owners` are, by representation, all the objects it stood for (null: none were sent).
 * `path` leads to what is concerned inside the subgraph's own answer; 'all': it brought nothing.
 */
export type Loss = {
  fetch: CompiledFetch
  owners: Json[][] | null
  path: ErrorPath | 'all'
  message: string
  code: string
}

/** What was fetched, and how it will be answered. */
export type Answered = {
  tree: Json
  output: Selection
  schema: GraphQLSchema
  variables: Json
  unasked: readonly Unasked[]
}

/** The objects of which a fetch of entities knew too little to ask for them. */
export type Unasked = { fetch: CompiledFetch; objects: Json[] }

/** The errors the client gets for what was lost: each at the path of the field in the client's own operation. */
export function lossErrors(losses: readonly Loss[], answered: Answered): GraphQLError[] {
  // Two lost fetches in a row cost the same fields: the first is the reason.
  const told = new Set<string>()
  const errors: GraphQLError[] = []
  for (const loss of losses) {
    const places = placesAt(answered.tree, loss.fetch.path)
    for (const path of loss.path === 'all'
      ? lostPaths(loss, places, answered)
      : pathsOf(loss, loss.path, places, answered)) {
      const key = JSON.stringify(path)
      if (loss.path === 'all' && told.has(key)) continue
      told.add(key)
      errors.push(subgraphError(loss.message, loss.fetch.service, loss.code, asCalled(path, answered)))
    }
  }
  return errors
}

/** The errors for what was missing before anything was fetched. */
export const givenErrors = (lost: Given['lost'], answered: Answered): GraphQLError[] =>
  lost.map(({ message, service, code, path }) =>
    subgraphError(message, service, code, asCalled(visible(path, answered) ?? path, answered)),
  )

/** A path by the names that the client uses. */
const asCalled = (path: ErrorPath, { output }: Answered): ErrorPath =>
  path.map((key) => (typeof key === 'string' ? (output.output.names.get(key) ?? key) : key))

/**
 * What a fetch that failed altogether should have brought, at each of its places; and what other fetches could not ask for
 * then, since it needed that.
 */
function lostPaths({ fetch, owners }: Loss, places: Place[], answered: Answered): ErrorPath[] {
  const concerned = owners && new Set(owners.flat())
  return places.flatMap(({ path, line }) => {
    const value = line.at(-1) ?? {}
    if (concerned && !concerned.has(value)) return []
    const at = [...path]
    const lost = lostIn(value, fetch.fields, at, answered)
    const unasked = answered.unasked.flatMap((later) =>
      later.objects.includes(value) ? lostIn(value, later.fetch.fields, at, answered) : [],
    )
    if (lost.length || unasked.length) return [...lost, ...unasked]
    // A fetch for the planner's sake (a key, what @requires wants): lost is what was to be fetched with it.
    const missing = askedAt(path, answered).filter((name) => name !== '__typename' && own(value, name) === undefined)
    return missing.length ? missing.map((name) => [...path, name]) : present([visible(at, answered)])
  })
}

/** What of these fields the client asked of an object, and did not get; also inside of what another fetch brought. */
function lostIn(value: Json, fields: Fetched[], path: ErrorPath, answered: Answered): ErrorPath[] {
  const typename = typeof value.__typename === 'string' ? value.__typename : undefined
  const asked = new Set(askedAt(path, answered))
  return fields.flatMap((field) => {
    if (field.name === '__typename' || !asked.has(field.name) || !isAsked(field, typename, answered.schema)) return []
    const known = own(value, field.name) ?? null
    const here = [...path, field.name]
    if (known === null) return [here]
    return field.fields ? lostInside(known, field.fields, here, answered) : []
  })
}

function lostInside(value: unknown, fields: Fetched[], path: ErrorPath, answered: Answered): ErrorPath[] {
  if (Array.isArray(value)) return value.flatMap((member, i) => lostInside(member, fields, [...path, i], answered))
  return isObject(value) ? lostIn(value, fields, path, answered) : []
}

/** Where the subgraph's path is in the whole answer: `_entities.1.name` is the name of every object the second stood for. */
function pathsOf({ fetch, owners }: Loss, path: ErrorPath, places: Place[], answered: Answered): ErrorPath[] {
  if (!owners) return present([visible([...(places[0]?.path ?? []), ...named(path, fetch.fields)], answered)])
  const [root, index, ...rest] = path
  const owned = root === '_entities' && typeof index === 'number' ? owners[index] : undefined
  if (!owned) return present([visible(fetch.path.slice(0, [...fetch.path, '@'].indexOf('@')), answered)])
  const objects = new Set(owned)
  const found = places.filter(({ line }) => objects.has(line.at(-1) ?? {}))
  return present(found.map((place) => visible([...place.path, ...named(rest, fetch.fields)], answered)))
}

const present = (paths: (ErrorPath | null)[]) => paths.filter((path) => path !== null)

/** A path with the names that its fields have in the tree. */
export function named(path: ErrorPath, fields: Fetched[]): ErrorPath {
  let inside: Fetched[] | null = fields
  return path.map((key) => {
    if (typeof key === 'number') return key
    const field: Fetched | undefined = inside?.find((each) => each.key === key)
    inside = field?.fields ?? null
    return field?.name ?? key
  })
}

/** A value of the tree, and what the client asks of it. */
type Here = { value: unknown; selection: Selection | null }

/**
 * Cuts a path where it goes on to what the client did not ask for. null: to what it asked for, but of other types; the
 * planner may ask for it all the same, and nobody needs to know what became of it.
 */
function visible(path: ErrorPath, answered: Answered): ErrorPath | null {
  let here: Here = { value: answered.tree, selection: answered.output }
  for (const [index, key] of path.entries()) {
    const next = step(here, key, answered.variables)
    if (!next) return typeof key === 'string' && isAskedOfOthers(here, key) ? null : path.slice(0, index)
    here = next
  }
  return path
}

function isAskedOfOthers({ value, selection }: Here, name: string): boolean {
  if (!selection || !isObject(value) || typeof value.__typename !== 'string') return false
  const { parts, output, declared } = selection
  return isAbstractType(declared) && collect(parts, output.fragments, output.schema).has(name)
}

/** The names of what the client asks of the object at a path. */
function askedAt(path: Path, answered: Answered): string[] {
  let here: Here = { value: answered.tree, selection: answered.output }
  for (const key of path) {
    const next = step(here, key, answered.variables)
    if (!next) return []
    here = next
  }
  return includedIn(outputAt(here), answered.variables).map(({ name }) => name)
}

function step(here: Here, key: string | number, variables: Json) {
  if (typeof key === 'number') return { ...here, value: Array.isArray(here.value) ? here.value[key] : undefined }
  const field = includedIn(outputAt(here), variables).find((each) => each.name === key)
  if (!field) return undefined
  let type = field.type
  while (type.item) type = type.item
  return { value: isObject(here.value) ? own(here.value, key) : undefined, selection: type.selection }
}

const outputAt = ({ value, selection }: Here): ObjectOutput | undefined =>
  selection ? outputFor(selection, isObject(value) ? value.__typename : undefined) : undefined

const includedIn = (output: ObjectOutput | undefined, variables: Json) =>
  (output?.fields ?? []).filter((field) => field.always || isIncluded(field, variables))
