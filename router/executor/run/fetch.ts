import type { GraphQLSchema } from 'graphql'
import { code } from '../../errors.ts'
import type { EventData, OperationRun } from '../../operation.ts'
import type { Send } from '../../upstream/send.ts'
import { type FetchFailure, type SkippedFetch, toTreePath } from '../answer/fetch-failures.ts'
import type { CompiledOperation } from '../compile/compile-plan.ts'
import type { CompiledFetch } from '../compile/fetches.ts'
import type { CompiledRepresentation } from '../compile/required-selections.ts'
import { enforceShape, type FetchedField } from '../compile/response-shape.ts'
import { isObject, type Json } from '../selection/json.ts'
import { merge } from './merge.ts'
import type { Batch } from './representations.ts'

/**
 * Is called for responses that do not match the schema; `places` is the number of wrong values. An event belongs to no
 * request.
 */
export type Warn = (what: {
  subgraph: string
  at: (string | number)[]
  places: number
  requestId?: string | undefined
}) => void

/** The state of one request while it runs. */
export type RunState = {
  compiled: CompiledOperation
  request: OperationRun
  send: Send
  warn: Warn
  tree: Json
  failures: FetchFailure[]
  skipped: SkippedFetch[]
  /** Batches that can be reused as long as the tree does not change; null: none. */
  batches: Map<CompiledRepresentation, Batch> | null
  /** Failures that came with the subscription's event. */
  eventFailures: EventData['failures']
}

/** What sending a request needs; failures are added to it. */
type FetchContext = Pick<RunState, 'send' | 'request' | 'failures' | 'warn'>

/** Requests fields. Returns the data with values of the wrong shape as null, or null; every error is recorded. */
export async function requestFields(fetch: CompiledFetch, body: string, context: FetchContext): Promise<Json | null> {
  const data = readData(fetch, await sendFetch(fetch, body, context), null, context)
  const invalidPaths = data && enforceShape(data, fetch.fieldsToCheck)
  if (invalidPaths) failAt(fetch, invalidPaths, null, context)
  return data
}

/** Requests the entities of these objects, as `requestFields`; null if their number is wrong. */
export async function requestEntities(
  fetch: CompiledFetch,
  body: string,
  targets: Json[][],
  context: FetchContext,
): Promise<(Json | null)[] | null> {
  const data = readData(fetch, await sendFetch(fetch, body, context), targets, context)
  if (!data) return null
  const response = readEntities(data, targets.length, fetch.fieldsToCheck)
  if (response) failAt(fetch, response.invalidPaths, targets, context)
  else {
    context.warn({ subgraph: fetch.service, at: ['_entities'], places: 1, requestId: requestIdOf(context.request) })
    failAll(fetch, targets, context)
  }
  return response?.entities ?? null
}

const sendFetch = ({ service, mayRepeat }: CompiledFetch, body: string, { send, request }: FetchContext) =>
  send(service, body, request.caller, mayRepeat)

/** The data of a response. Its errors are recorded; what else is wrong is recorded by `failAt` and `failAll`. */
function readData(
  fetch: CompiledFetch,
  answer: Awaited<ReturnType<Send>>,
  targets: Json[][] | null,
  context: FetchContext,
): Json | null {
  if ('failure' in answer) {
    const { service } = fetch
    if (answer.failure === 'unavailable')
      addFailure(fetch, targets, context, 'all', `The ${service} service did not answer.`, code.subgraphUnavailable)
    else failAll(fetch, targets, context)
    return null
  }
  const { data, errors } = answer
  if (errors.length === 0) return data
  for (const { path, message, code: errorCode = code.subgraphError, retryAfter } of errors) {
    // Without data and without a useful path, the error concerns the whole fetch.
    const hasPath = path.length > (targets ? 1 : 0)
    addFailure(fetch, targets, context, hasPath || data ? path : 'all', message, errorCode, retryAfter)
  }
  return data
}

function addFailure(
  fetch: CompiledFetch,
  targets: Json[][] | null,
  { failures }: FetchContext,
  path: FetchFailure['path'],
  message: string,
  errorCode: string,
  retryAfter?: number,
): void {
  failures.push({ fetch, targets, path, message, code: errorCode, retryAfter })
}

function failAll(fetch: CompiledFetch, targets: Json[][] | null, context: FetchContext): void {
  addFailure(fetch, targets, context, 'all', invalidMessage(fetch.service), code.subgraphInvalid)
}

function failAt(
  fetch: CompiledFetch,
  invalidPaths: (string | number)[][],
  targets: Json[][] | null,
  context: FetchContext,
): void {
  const [first] = invalidPaths
  if (!first) return
  const { service } = fetch
  const requestId = requestIdOf(context.request)
  context.warn({ subgraph: service, at: first, places: invalidPaths.length, requestId })
  const message = invalidMessage(service)
  for (const path of invalidPaths) addFailure(fetch, targets, context, path, message, code.subgraphInvalid)
}

const requestIdOf = ({ caller }: OperationRun) => caller.headers['x-request-id']

export const invalidMessage = (service: string) => `The ${service} service gave an invalid response.`

/**
 * The entities of a response with their shape enforced, and the paths of wrong values; null if the number of entities
 * is wrong.
 */
function readEntities(
  data: Json,
  count: number,
  fieldsToCheck: FetchedField[],
): { entities: (Json | null)[]; invalidPaths: (string | number)[][] } | null {
  const received = data._entities
  if (!Array.isArray(received) || received.length !== count) return null
  const invalidPaths: (string | number)[][] = []
  const entities = new Array<Json | null>(count).fill(null)
  for (let index = 0; index < count; index++) {
    const entity: unknown = received[index]
    if (entity === null || entity === undefined) continue
    if (!isObject(entity) || ('__typename' in entity && typeof entity.__typename !== 'string')) {
      invalidPaths.push(['_entities', index])
      continue
    }
    const paths = enforceShape(entity, fieldsToCheck)
    if (paths) for (const path of paths) invalidPaths.push(['_entities', index, ...path])
    entities[index] = entity
  }
  return { entities, invalidPaths }
}

/** A request's body. The operation's text was escaped at compile time, and representations are JSON already. */
export function bodyOf(fetch: CompiledFetch, representations: string | null, variables: Json, context: Json): string {
  const own = representations === null ? '' : `"representations":[${representations}]`
  const others = variablesJson(fetch, variables, context)
  return `${fetch.bodyPrefix},"variables":{${own}${own && others && ','}${others}}}`
}

/** The variables as the client sent them. The subgraph applies defaults. */
function variablesJson({ variables }: CompiledFetch, values: Json, context: Json): string {
  let json = ''
  for (let index = 0; index < variables.length; index++) {
    const variable = variables[index] as CompiledFetch['variables'][number] // index < length
    const { name } = variable
    const value = Object.hasOwn(context, name) ? context[name] : Object.hasOwn(values, name) ? values[name] : undefined
    if (value !== undefined) json += `${json && ','}${variable.json}${JSON.stringify(value)}`
  }
  return json
}

/** The tree as a subscription's primary fetch would leave it, and the failures that came with the event. */
export function mergeEvent(
  { data, failures }: EventData,
  { service, fields, fieldsToCheck }: CompiledFetch,
  schema: GraphQLSchema,
  warn: Warn,
): { tree: Json; eventFailures: EventData['failures'] } {
  const invalidPaths = enforceShape(data, fieldsToCheck) ?? []
  if (invalidPaths[0]) warn({ subgraph: service, at: invalidPaths[0], places: invalidPaths.length })
  const tree: Json = {}
  merge(tree, data, fields, schema)
  const shapeFailures = invalidPaths.map((path) => ({
    path,
    message: invalidMessage(service),
    code: code.subgraphInvalid,
    service,
  }))
  return {
    tree,
    eventFailures: [...failures, ...shapeFailures].map((each) => ({ ...each, path: toTreePath(each.path, fields) })),
  }
}
