import { Kind, parse, type SelectionSetNode } from 'graphql'
import { type ErrorPath, type SubgraphFault, subgraphError } from '../errors.ts'
import type { Told } from '../executor/answer/error-collector.ts'
import { fragmentsOf, type SelectionContext, selectedFields } from '../selections.ts'

/**
 * What a fetch failed to bring. `at` is its place in the answer, with '@' for "every member of this list"; `operation`
 * its text; `representations` the entities it asked about, in order (null: it asked for root fields).
 * `path` leads to what is concerned inside the subgraph's own answer; empty: it did not say; 'all': it brought nothing.
 */
export type Loss = SubgraphFault & {
  service: string
  at: ErrorPath
  operation: string
  representations: Record<string, unknown>[] | null
  path: ErrorPath | 'all'
}

type Answer = Record<string, unknown>
type Place = { path: ErrorPath; value: Answer }

/**
 * Tells the client what was lost: each loss at the path of the field in the client's own operation. `answer` is all that
 * was fetched, before fields the client did not ask for are left out and nulls are propagated.
 */
export function tellLosses(
  losses: Loss[],
  answer: Answer,
  operation: SelectionSetNode,
  context: SelectionContext,
  told: Told,
): void {
  const asked = askedFields(operation, context)
  const placesOf = once((at: ErrorPath) => placesAt(answer, at))
  const ownersOf = once((representations: Answer[], at: ErrorPath) => owners(representations, placesOf(at)))
  for (const loss of losses) {
    const { at, representations, service } = loss
    const places = placesOf(at)
    const paths =
      loss.path === 'all'
        ? lostPaths(loss, places, asked, context)
        : [answeredPath(loss, loss.path, representations ? ownersOf(representations, at) : places)].map((path) =>
            visible(path, answer, asked),
          )
    for (const path of paths) {
      // Two lost fetches in a row cost the same fields: the first is the reason.
      if (loss.path === 'all' && told.isTold(path)) continue
      if (!told.tell(path, () => subgraphError(loss, service, path))) return
    }
  }
}

/** Finds out once what follows from a list: many errors are of one fetch, and its list long. */
function once<Key extends object, Rest extends unknown[], Value>(make: (key: Key, ...rest: Rest) => Value) {
  const known = new Map<Key, Value>()
  return (key: Key, ...rest: Rest): Value => {
    const value = known.get(key) ?? make(key, ...rest)
    known.set(key, value)
    return value
  }
}

type Asked = (at: ErrorPath, typename: string | undefined) => Map<string, SelectionSetNode[]>

/** What the client's operation asks for at a path. */
function askedFields(operation: SelectionSetNode, context: SelectionContext): Asked {
  const known = new Map<string, Map<string, SelectionSetNode[]>>()
  return (at, typename) => {
    const names = at.filter((key) => typeof key === 'string')
    const key = `${names.join()} ${typename ?? ''}`
    const before = known.get(key)
    if (before) return before
    let sets = [operation]
    for (const name of names) sets = selectedFields(sets, undefined, context).get(name) ?? []
    const fields = selectedFields(sets, typename, context)
    known.set(key, fields)
    return fields
  }
}

/** The fields a fetch that failed altogether should have brought, at each of its places. */
function lostPaths(loss: Loss, places: Place[], asked: Asked, context: SelectionContext): ErrorPath[] {
  const fetched = fetchedFields(loss, context)
  return places.flatMap(({ path, value }) => {
    const typename = typenameOf(value)
    if (fetched(typename).size === 0) return [] // of another type than those that were asked about
    const fields = [...asked(path, typename).keys()].filter((name) => name !== '__typename')
    const lost = fields.filter((name) => fetched(typename).has(name) && (value[name] ?? null) === null)
    // A fetch for the planner's sake (a key, what @requires wants): lost is what was to be fetched with it.
    const missing = lost.length ? lost : fields.filter((name) => value[name] === undefined)
    return missing.length ? missing.map((name) => [...path, name]) : [path]
  })
}

function fetchedFields(loss: Loss, context: SelectionContext) {
  const document = parse(loss.operation, { noLocation: true })
  const inner = { ...context, fragments: fragmentsOf(document) }
  const root = document.definitions.flatMap((d) => (d.kind === Kind.OPERATION_DEFINITION ? [d.selectionSet] : []))
  const sets = loss.representations ? (selectedFields(root, undefined, inner).get('_entities') ?? []) : root
  const known = new Map<string | undefined, ReturnType<typeof selectedFields>>()
  return (typename: string | undefined) => {
    const fields = known.get(typename) ?? selectedFields(sets, loss.representations ? typename : undefined, inner)
    known.set(typename, fields)
    return fields
  }
}

/**
 * Where the subgraph's path is in the whole answer: `_entities.1.name` is the name of the second place asked about.
 * `places` are those of the representations, or of what the fetch is put into.
 */
function answeredPath(loss: Loss, path: ErrorPath, places: (Place | undefined)[]): ErrorPath {
  const [root, index, ...rest] = path
  if (!loss.representations) return [...(places[0]?.path ?? []), ...path]
  if (root !== '_entities' || typeof index !== 'number')
    return [...loss.at, '@'].slice(0, [...loss.at, '@'].indexOf('@'))
  return [...(places[index]?.path ?? []), ...rest]
}

/** Not every place was asked about: the representations are, in order, those of the right type that were complete. */
function owners(representations: Answer[], places: Place[]): (Place | undefined)[] {
  if (representations.length === places.length) return places
  let next = 0
  return representations.map((representation) => {
    while (next < places.length && !describes(representation, places[next]?.value ?? {})) next++
    return places[next++]
  })
}

const describes = (representation: Answer, value: Answer) =>
  Object.entries(representation).every(
    ([name, part]) => value[name] === undefined || typeof part === 'object' || value[name] === part,
  )

/** Cuts a path where it goes on to what the client did not ask for. */
function visible(path: ErrorPath, answer: Answer, asked: Asked): ErrorPath {
  let value: unknown = answer
  for (const [index, key] of path.entries()) {
    const typename = isObject(value) ? typenameOf(value) : undefined
    if (typeof key === 'string' && !asked(path.slice(0, index), typename).has(key)) return path.slice(0, index)
    value = isObject(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[key] : undefined
  }
  return path
}

/** Every object at a plan's path, with the path that leads to it. */
function placesAt(answer: Answer, at: ErrorPath): Place[] {
  let places: { path: ErrorPath; value: unknown }[] = [{ path: [], value: answer }]
  for (const key of at) {
    places = places.flatMap(({ path, value }) => {
      if (key === '@')
        return Array.isArray(value) ? value.map((member, i) => ({ path: [...path, i], value: member })) : []
      return isObject(value) ? [{ path: [...path, key], value: value[key] }] : []
    })
  }
  return places.flatMap(({ path, value }) => (isObject(value) ? [{ path, value }] : []))
}

const isObject = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const typenameOf = (value: Answer) => (typeof value.__typename === 'string' ? value.__typename : undefined)
