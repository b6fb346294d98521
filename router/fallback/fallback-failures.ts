import { Kind, parse, type SelectionSetNode } from 'graphql'
import { type ErrorPath, type SubgraphFault, subgraphError } from '../errors.ts'
import type { ErrorCollector } from '../executor/answer/error-collector.ts'
import { fragmentsOf, type SelectionContext, selectedFields } from '../selections.ts'

/**
 * What a fetch failed to bring. `at` is its place in the answer, with '@' for "every member of this list"; `operation`
 * its text; `representations` the entities it asked about, in order (null: it asked for root fields).
 * `path` leads to what is concerned inside the subgraph's own answer; empty: it did not say; 'all': it brought nothing.
 */
export type FallbackFailure = SubgraphFault & {
  service: string
  fetchPath: ErrorPath
  operation: string
  representations: Record<string, unknown>[] | null
  path: ErrorPath | 'all'
}

type Answer = Record<string, unknown>
type LocatedObject = { path: ErrorPath; value: Answer }

/**
 * Tells the client what was lost: each loss at the path of the field in the client's own operation. `answer` is all that
 * was fetched, before fields the client did not ask for are left out and nulls are propagated.
 */
export function reportFallbackFailures(
  failures: FallbackFailure[],
  answer: Answer,
  operation: SelectionSetNode,
  context: SelectionContext,
  collector: ErrorCollector,
): void {
  const selectedAt = createSelectedAt(operation, context)
  const objectsOf = once((at: ErrorPath) => objectsAt(answer, at))
  const targetsOf = once((representations: Answer[], at: ErrorPath) => matchTargets(representations, objectsOf(at)))
  for (const failure of failures) {
    const { fetchPath, representations, service } = failure
    const objects = objectsOf(fetchPath)
    const paths =
      failure.path === 'all'
        ? pathsOfFailedFetch(failure, objects, selectedAt, context)
        : [
            pathOfSubgraphError(
              failure,
              failure.path,
              representations ? targetsOf(representations, fetchPath) : objects,
            ),
          ].map((path) => clientPathOf(path, answer, selectedAt))
    for (const path of paths) {
      // Two lost fetches in a row cost the same fields: the first is the reason.
      if (failure.path === 'all' && collector.isReported(path)) continue
      if (!collector.report(path, () => subgraphError(failure, service, path))) return
    }
  }
}

/** Finds out once what follows from a list: many errors are of one fetch, and its list long. */
function once<Key extends object, Rest extends unknown[], Value>(create: (key: Key, ...rest: Rest) => Value) {
  const known = new Map<Key, Value>()
  return (key: Key, ...rest: Rest): Value => {
    const value = known.get(key) ?? create(key, ...rest)
    known.set(key, value)
    return value
  }
}

type SelectedAt = (at: ErrorPath, typename: string | undefined) => Map<string, SelectionSetNode[]>

/** What the client's operation asks for at a path. */
function createSelectedAt(operation: SelectionSetNode, context: SelectionContext): SelectedAt {
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
function pathsOfFailedFetch(
  failure: FallbackFailure,
  objects: LocatedObject[],
  selectedAt: SelectedAt,
  context: SelectionContext,
): ErrorPath[] {
  const fetchedOn = fetchedFields(failure, context)
  return objects.flatMap(({ path, value }) => {
    const typename = typenameOf(value)
    if (fetchedOn(typename).size === 0) return [] // of another type than those that were asked about
    const fields = [...selectedAt(path, typename).keys()].filter((name) => name !== '__typename')
    const failed = fields.filter((name) => fetchedOn(typename).has(name) && (value[name] ?? null) === null)
    // A fetch for the planner's sake (a key, what @requires wants): lost is what was to be fetched with it.
    const missing = failed.length ? failed : fields.filter((name) => value[name] === undefined)
    return missing.length ? missing.map((name) => [...path, name]) : [path]
  })
}

function fetchedFields(failure: FallbackFailure, context: SelectionContext) {
  const document = parse(failure.operation, { noLocation: true })
  const inner = { ...context, fragments: fragmentsOf(document) }
  const root = document.definitions.flatMap((d) => (d.kind === Kind.OPERATION_DEFINITION ? [d.selectionSet] : []))
  const sets = failure.representations ? (selectedFields(root, undefined, inner).get('_entities') ?? []) : root
  const known = new Map<string | undefined, ReturnType<typeof selectedFields>>()
  return (typename: string | undefined) => {
    const fields = known.get(typename) ?? selectedFields(sets, failure.representations ? typename : undefined, inner)
    known.set(typename, fields)
    return fields
  }
}

/**
 * Where the subgraph's path is in the whole answer: `_entities.1.name` is the name of the second place asked about.
 * `places` are those of the representations, or of what the fetch is put into.
 */
function pathOfSubgraphError(
  failure: FallbackFailure,
  path: ErrorPath,
  objects: (LocatedObject | undefined)[],
): ErrorPath {
  const [root, index, ...rest] = path
  if (!failure.representations) return [...(objects[0]?.path ?? []), ...path]
  if (root !== '_entities' || typeof index !== 'number')
    return [...failure.fetchPath, '@'].slice(0, [...failure.fetchPath, '@'].indexOf('@'))
  return [...(objects[index]?.path ?? []), ...rest]
}

/** Not every place was asked about: the representations are, in order, those of the right type that were complete. */
function matchTargets(representations: Answer[], objects: LocatedObject[]): (LocatedObject | undefined)[] {
  if (representations.length === objects.length) return objects
  let next = 0
  return representations.map((representation) => {
    while (next < objects.length && !matches(representation, objects[next]?.value ?? {})) next++
    return objects[next++]
  })
}

const matches = (representation: Answer, value: Answer) =>
  Object.entries(representation).every(
    ([name, part]) => value[name] === undefined || typeof part === 'object' || value[name] === part,
  )

/** Cuts a path where it goes on to what the client did not ask for. */
function clientPathOf(path: ErrorPath, answer: Answer, selectedAt: SelectedAt): ErrorPath {
  let value: unknown = answer
  for (const [index, key] of path.entries()) {
    const typename = isObject(value) ? typenameOf(value) : undefined
    if (typeof key === 'string' && !selectedAt(path.slice(0, index), typename).has(key)) return path.slice(0, index)
    value = isObject(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[key] : undefined
  }
  return path
}

/** Every object at a plan's path, with the path that leads to it. */
function objectsAt(answer: Answer, at: ErrorPath): LocatedObject[] {
  let objects: { path: ErrorPath; value: unknown }[] = [{ path: [], value: answer }]
  for (const key of at) {
    objects = objects.flatMap(({ path, value }) => {
      if (key === '@')
        return Array.isArray(value) ? value.map((member, i) => ({ path: [...path, i], value: member })) : []
      return isObject(value) ? [{ path: [...path, key], value: value[key] }] : []
    })
  }
  return objects.flatMap(({ path, value }) => (isObject(value) ? [{ path, value }] : []))
}

const isObject = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const typenameOf = (value: Answer) => (typeof value.__typename === 'string' ? value.__typename : undefined)
