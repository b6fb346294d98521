import { GraphQLError, type GraphQLSchema } from 'graphql'
import { code, type ErrorPath, type SubgraphFault, subgraphError } from '../../errors.ts'
import type { EventData } from '../../operation.ts'
import type { CompiledFetch } from '../compile/fetches.ts'
import { type Fetched, isAsked } from '../compile/response-shape.ts'
import type { Unfetched } from '../compile/unplanned-fields.ts'
import { isObject, type Json, own } from '../selection/json.ts'
import type { Names } from '../selection/response-names.ts'
import type { Told } from './error-collector.ts'
import type { Site, Sites } from './locations.ts'

/**
 * What a fetch failed to bring. `owners` are, by representation, all the objects it stood for (null: none were sent).
 * `path` leads to what is concerned inside the subgraph's own answer; 'all': it brought nothing.
 */
export type Loss = SubgraphFault & {
  fetch: CompiledFetch
  owners: Json[][] | null
  path: ErrorPath | 'all'
}

/** The objects of which a fetch of entities knew too little to ask for them. */
export type Unasked = { fetch: CompiledFetch; objects: Json[] }

/** Where everything is, what the client calls it, and what it has been told. `schema` is the whole supergraph's. */
export type Answered = {
  sites: Sites
  names: Names
  schema: GraphQLSchema
  unasked: readonly Unasked[]
  told: Told
}

/** Tells the client what was lost: each loss at the path of the field in the client's own operation. */
export function tellLosses(losses: readonly Loss[], answered: Answered): void {
  const { names, told, unasked } = answered
  const later = fetchesByObject(unasked)
  for (const loss of losses) {
    const { fetch } = loss
    for (const path of loss.path === 'all' ? lostPaths(loss, later, answered) : pathsOf(loss, loss.path, answered)) {
      const called = asCalled(path, names)
      // Two lost fetches in a row cost the same fields: the first is the reason.
      if (loss.path === 'all' && told.isTold(called)) continue
      if (!told.tell(called, () => subgraphError(loss, fetch.service, called))) return
    }
  }
}

/** Tells what was missing before anything was fetched. */
export function tellGiven(lost: EventData['lost'], { sites, names, told }: Answered): void {
  for (const loss of lost) {
    const called = asCalled(sites.shown(sites.along(sites.root, loss.path)) ?? loss.path, names)
    if (!told.tell(called, () => subgraphError(loss, loss.service, called))) return
  }
}

/** A path by the names that the client uses. */
export const asCalled = (path: ErrorPath, names: Names): ErrorPath =>
  path.map((key) => (typeof key === 'string' ? (names.get(key) ?? key) : key))

type ByObject = ReadonlyMap<unknown, readonly CompiledFetch[]>

function fetchesByObject(unasked: readonly Unasked[]): ByObject {
  const found = new Map<unknown, CompiledFetch[]>()
  for (const { fetch, objects } of unasked) {
    for (const object of new Set(objects)) {
      const known = found.get(object)
      if (known) known.push(fetch)
      else found.set(object, [fetch])
    }
  }
  return found
}

/**
 * What a fetch that failed altogether should have brought, at each of its places; and what other fetches could not ask for
 * then, since it needed that.
 */
function* lostPaths({ fetch, owners }: Loss, later: ByObject, answered: Answered): Generator<ErrorPath> {
  const { sites } = answered
  for (const site of owners ? sites.of(owners.flat(), fetch.path) : sites.at(fetch.path)) {
    let isTold = false
    for (const { fields } of [fetch, ...(later.get(site.value) ?? [])]) {
      for (const path of lostIn(site, fields, answered)) {
        isTold = true
        yield path
      }
    }
    if (isTold) continue
    // A fetch for the planner's sake (a key, what @requires wants): lost is what was to be fetched with it.
    const missing = [...sites.fieldsAt(site).keys()].filter((name) => name !== '__typename' && isMissing(site, name))
    if (missing.length) for (const name of missing) yield [...site.path, name]
    else yield* shownOf(site, sites)
  }
}

const isMissing = ({ value }: Site, name: string) => isObject(value) && own(value, name) === undefined

/** What of these fields the client asked of an object, and did not get; also inside of what another fetch brought. */
function* lostIn(site: Site, fields: Fetched[], answered: Answered): Generator<ErrorPath> {
  const { value } = site
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) yield* lostIn(answered.sites.step(site, index), fields, answered)
  }
  if (!isObject(value)) return
  const typename = typeof value.__typename === 'string' ? value.__typename : undefined
  const asked = answered.sites.fieldsAt(site)
  for (const field of fields) {
    if (field.name === '__typename' || !asked.has(field.name) || !isAsked(field, typename, answered.schema)) continue
    if ((own(value, field.name) ?? null) === null) yield [...site.path, field.name]
    else if (field.fields) yield* lostIn(answered.sites.step(site, field.name), field.fields, answered)
  }
}

/** Where the subgraph's path is in the whole answer: `_entities.1.name` is the name of every object the second stood for. */
function* pathsOf({ fetch, owners }: Loss, path: ErrorPath, { sites }: Answered): Generator<ErrorPath> {
  if (!owners) {
    yield* shownOf(sites.along(sites.at(fetch.path)[0] ?? sites.root, named(path, fetch.fields)), sites)
    return
  }
  const [entities, index, ...rest] = path
  const owned = entities === '_entities' && typeof index === 'number' ? owners[index] : undefined
  if (!owned) {
    const list = [...fetch.path, '@'].indexOf('@')
    yield* shownOf(sites.along(sites.root, fetch.path.slice(0, list)), sites)
    return
  }
  const inside = named(rest, fetch.fields)
  for (const site of sites.of(owned, fetch.path)) yield* shownOf(sites.along(site, inside), sites)
}

function* shownOf(site: Site, sites: Sites): Generator<ErrorPath> {
  const shown = sites.shown(site)
  if (shown) yield shown
}

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

/** Tells of each place where such an object was met, by the client's names. */
export function tellUnfetched(unfetched: readonly Unfetched[], { sites, names, told }: Answered): void {
  for (const { path, name } of unfetched) {
    for (const site of sites.at(path)) {
      if (!isObject(site.value) || own(site.value, name) !== undefined || !sites.fieldsAt(site).has(name)) continue
      const called = asCalled([...site.path, name], names)
      if (told.isTold(called)) continue
      if (!told.tell(called, () => new GraphQLError(NO_WAY, { path: called, extensions: { code: code.notPlanned } })))
        return
    }
  }
}

const NO_WAY = 'This field is valid, but no way was found to fetch it.'
