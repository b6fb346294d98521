import { Kind, parse, type SelectionSetNode } from 'graphql'
import { type ErrorPath, type SubgraphFault, subgraphError } from '../errors.ts'
import type { ErrorCollector } from '../executor/answer/error-collector.ts'
import { isObject } from '../executor/selection/json.ts'
import { fragmentsOf, type SelectionContext, selectedFields } from '../selections.ts'

/**
 * What a fetch failed to bring. `fetchPath` is the fetch's path in the answer, with '@' for every member of a list;
 * `operation` its text; `representations` its entities in order (null: a fetch of root fields). `path` is a path in the
 * subgraph's response; empty: it gave none; 'all': the whole fetch failed.
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
 * Reports each failure at the path of the client's field. `answer` holds all fetched data, before unselected fields are
 * removed and nulls are propagated.
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
      // Two failed fetches in a row affect the same fields; the first one is the cause.
      if (failure.path === 'all' && collector.isReported(path)) continue
      if (!collector.report(path, () => subgraphError(failure, service, path))) return
    }
  }
}

/** Caches by the identity of a list: many errors come from one fetch, and its list may be long. */
function once<Key extends object, Rest extends unknown[], Value>(create: (key: Key, ...rest: Rest) => Value) {
  const known = new Map<Key, Value>()
  return (key: Key, ...rest: Rest): Value => {
    const value = known.get(key) ?? create(key, ...rest)
    known.set(key, value)
    return value
  }
}

type SelectedAt = (at: ErrorPath, typename: string | undefined) => Map<string, SelectionSetNode[]>

/** The fields that the client's operation selects at a path. */
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

/** The fields that a failed fetch should have brought, at each of its objects. */
function pathsOfFailedFetch(
  failure: FallbackFailure,
  objects: LocatedObject[],
  selectedAt: SelectedAt,
  context: SelectionContext,
): ErrorPath[] {
  const fetchedOn = fetchedFields(failure, context)
  return objects.flatMap(({ path, value }) => {
    const typename = typenameOf(value)
    if (fetchedOn(typename).size === 0) return [] // the fetch was for other types
    const fields = [...selectedAt(path, typename).keys()].filter((name) => name !== '__typename')
    const failed = fields.filter((name) => fetchedOn(typename).has(name) && (value[name] ?? null) === null)
    // The fetch brought only keys or required fields. Report the selected fields that are absent because of it.
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
 * The path in the whole answer for a path in the subgraph's response: `_entities.1.name` is the name of the second
 * target. `objects` are the targets of the representations, or the objects that the fetch is merged into.
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

/** The objects of the representations, in order. Objects of other types, or without required fields, have none. */
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

/** The path up to the last element that the client selected. */
function clientPathOf(path: ErrorPath, answer: Answer, selectedAt: SelectedAt): ErrorPath {
  let value: unknown = answer
  for (const [index, key] of path.entries()) {
    const typename = isObject(value) ? typenameOf(value) : undefined
    if (typeof key === 'string' && !selectedAt(path.slice(0, index), typename).has(key)) return path.slice(0, index)
    value = isObject(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[key] : undefined
  }
  return path
}

/** Every object at a plan's path, with its path in the answer. */
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

const typenameOf = (value: Answer) => (typeof value.__typename === 'string' ? value.__typename : undefined)
