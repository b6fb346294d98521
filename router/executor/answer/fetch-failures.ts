import { GraphQLError, type GraphQLSchema } from 'graphql'
import { code, type ErrorPath, type SubgraphFault, subgraphError } from '../../errors.ts'
import type { EventData } from '../../operation.ts'
import { bringsSource, contextSources } from '../compile/context-sources.ts'
import type { CompiledFetch } from '../compile/fetches.ts'
import { type FetchedField, isSelectedOn } from '../compile/response-shape.ts'
import type { UnplannedField } from '../compile/unplanned-fields.ts'
import { isObject, type Json, ownValue } from '../selection/json.ts'
import type { ResponseNames } from '../selection/response-names.ts'
import type { ErrorCollector } from './error-collector.ts'
import type { AnswerLocation, AnswerLocator } from './locations.ts'

/**
 * What a fetch failed to bring. `targets` has, for each representation, the objects it stands for (null: a fetch
 * without representations). `path` is a path in the subgraph's response; 'all': the whole fetch failed.
 */
export type FetchFailure = SubgraphFault & {
  fetch: CompiledFetch
  targets: Json[][] | null
  path: ErrorPath | 'all'
}

/** Objects for which a fetch was not sent, because they lack required fields. */
export type SkippedFetch = { fetch: CompiledFetch; objects: Json[] }

/** The input for reporting errors. `schema` is the full schema of the supergraph. */
export type ReportContext = {
  locator: AnswerLocator
  responseNames: ResponseNames
  schema: GraphQLSchema
  skipped: readonly SkippedFetch[]
  collector: ErrorCollector
}

/** Reports each failure at the path of the client's field. */
export function reportFetchFailures(failures: readonly FetchFailure[], context: ReportContext): void {
  const { responseNames, collector, skipped } = context
  const skippedByObject = fetchesByObject(skipped)
  for (const failure of failures) {
    const { fetch } = failure
    for (const path of failure.path === 'all'
      ? pathsOfFailedFetch(failure, skippedByObject, context)
      : pathsOfSubgraphError(failure, failure.path, context)) {
      const responsePath = toResponsePath(path, responseNames)
      // Two failed fetches in a row affect the same fields; the first one is the cause.
      if (failure.path === 'all' && collector.isReported(responsePath)) continue
      if (!collector.report(responsePath, () => subgraphError(failure, fetch.service, responsePath))) return
    }
  }
}

/**
 * Reports fields that were not fetched because an argument from a context (@fromContext) is not known, as the failure of the fetch that
 * should have brought it. Call it first: such a fetch often brings nothing else that the client selects.
 */
export function reportUnknownContexts(failures: readonly FetchFailure[], context: ReportContext): void {
  const { locator, responseNames, collector } = context
  for (const { fetch, objects } of context.skipped) {
    const sources = contextSources(fetch)
    if (sources.length === 0) continue
    const cause = failures.find((failure) => sources.some((source) => bringsSource(failure.fetch, source)))
    for (const location of locator.locationsOf(objects, fetch.path)) {
      for (const path of failedFieldsOf(location, fetch.fields, context)) {
        const at = toResponsePath(path, responseNames)
        if (collector.isReported(at)) continue
        if (!collector.report(at, () => (cause ? subgraphError(cause, cause.fetch.service, at) : notPlanned(at))))
          return
      }
    }
  }
}

/** Reports the failures that came with a subscription's event. */
export function reportEventFailures(
  failures: EventData['failures'],
  { locator, responseNames, collector }: ReportContext,
): void {
  for (const failure of failures) {
    const path = locator.clientPath(locator.descend(locator.root, failure.path)) ?? failure.path
    const responsePath = toResponsePath(path, responseNames)
    if (!collector.report(responsePath, () => subgraphError(failure, failure.service, responsePath))) return
  }
}

/** A path in the client's response names. */
export const toResponsePath = (path: ErrorPath, responseNames: ResponseNames): ErrorPath =>
  path.map((key) => (typeof key === 'string' ? (responseNames.get(key) ?? key) : key))

type FetchesByObject = ReadonlyMap<unknown, readonly CompiledFetch[]>

function fetchesByObject(skipped: readonly SkippedFetch[]): FetchesByObject {
  const found = new Map<unknown, CompiledFetch[]>()
  for (const { fetch, objects } of skipped) {
    for (const object of new Set(objects)) {
      const known = found.get(object)
      if (known) known.push(fetch)
      else found.set(object, [fetch])
    }
  }
  return found
}

/**
 * The fields that a failed fetch should have brought, at each of its objects, and those of fetches that were skipped
 * because they required them.
 */
function* pathsOfFailedFetch(
  { fetch, targets }: FetchFailure,
  skippedByObject: FetchesByObject,
  context: ReportContext,
): Generator<ErrorPath> {
  const { locator, collector, responseNames } = context
  for (const location of targets ? locator.locationsOf(targets.flat(), fetch.path) : locator.locationsAt(fetch.path)) {
    let isReported = false
    for (const { fields } of [fetch, ...(skippedByObject.get(location.value) ?? [])]) {
      for (const path of failedFieldsOf(location, fields, context)) {
        isReported = true
        yield path
      }
    }
    if (isReported) continue
    // The fetch brought only keys or required fields. Report the selected fields that are absent because of it.
    const missing = [...locator.fieldsAt(location).keys()].filter(
      (name) => name !== '__typename' && isAbsent(location, name),
    )
    if (missing.length) for (const name of missing) yield [...location.path, name]
    else
      for (const path of clientPathOf(location, locator))
        if (!collector.isExplained(toResponsePath(path, responseNames))) yield path
  }
}

const isAbsent = ({ value }: AnswerLocation, name: string) => isObject(value) && ownValue(value, name) === undefined

/** The selected ones of these fields that are null or absent, also inside objects from other fetches. */
function* failedFieldsOf(
  location: AnswerLocation,
  fields: FetchedField[],
  context: ReportContext,
): Generator<ErrorPath> {
  const { value } = location
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++)
      yield* failedFieldsOf(context.locator.child(location, index), fields, context)
  }
  if (!isObject(value)) return
  const typename = typeof value.__typename === 'string' ? value.__typename : undefined
  const selected = context.locator.fieldsAt(location)
  for (const field of fields) {
    if (field.name === '__typename' || !selected.has(field.name) || !isSelectedOn(field, typename, context.schema))
      continue
    if ((ownValue(value, field.name) ?? null) === null) yield [...location.path, field.name]
    else if (field.fields) yield* failedFieldsOf(context.locator.child(location, field.name), field.fields, context)
  }
}

/**
 * The paths in the whole tree for a path in the subgraph's response: `_entities.1.name` is the name of every object
 * that the second representation stands for.
 */
function* pathsOfSubgraphError(
  { fetch, targets }: FetchFailure,
  path: ErrorPath,
  { locator }: ReportContext,
): Generator<ErrorPath> {
  if (!targets) {
    const inside = toTreePath(path, fetch.fields)
    for (const location of locator.locationsAt(fetch.path))
      yield* clientPathOf(locator.descend(location, inside), locator)
    return
  }
  const [entities, index, ...rest] = path
  const objects = entities === '_entities' && typeof index === 'number' ? targets[index] : undefined
  if (!objects) {
    const list = [...fetch.path, '@'].indexOf('@')
    yield* clientPathOf(locator.descend(locator.root, fetch.path.slice(0, list)), locator)
    return
  }
  const inside = toTreePath(rest, fetch.fields)
  for (const location of locator.locationsOf(objects, fetch.path))
    yield* clientPathOf(locator.descend(location, inside), locator)
}

function* clientPathOf(location: AnswerLocation, locator: AnswerLocator): Generator<ErrorPath> {
  const clientPath = locator.clientPath(location)
  if (clientPath) yield clientPath
}

/** A path in a subgraph's response, with the fields' names in the tree. */
export function toTreePath(path: ErrorPath, fields: FetchedField[]): ErrorPath {
  let inside: FetchedField[] | null = fields
  return path.map((key) => {
    if (typeof key === 'number') return key
    const field: FetchedField | undefined = inside?.find((each) => each.responseName === key)
    inside = field?.fields ?? null
    return field?.name ?? key
  })
}

/** Reports fields that no fetch brings, at each object that lacks them. */
export function reportUnplannedFields(
  unplannedFields: readonly UnplannedField[],
  { locator, responseNames, collector }: ReportContext,
): void {
  for (const { path, name } of unplannedFields) {
    for (const location of locator.locationsAt(path)) {
      if (
        !isObject(location.value) ||
        ownValue(location.value, name) !== undefined ||
        !locator.fieldsAt(location).has(name)
      )
        continue
      const responsePath = toResponsePath([...location.path, name], responseNames)
      if (collector.isReported(responsePath)) continue
      if (!collector.report(responsePath, () => notPlanned(responsePath))) return
    }
  }
}

const notPlanned = (path: ErrorPath) =>
  new GraphQLError('This field is valid, but no way was found to fetch it.', {
    path,
    extensions: { code: code.notPlanned },
  })
