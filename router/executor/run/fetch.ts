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
  /** Batches that can be reused as long as the tree does not change. */
  batches: Map<CompiledRepresentation, Batch>
  /** Failures that came with the subscription's event. */
  eventFailures: EventData['failures']
}

/** What sending a request needs; failures are added to it. */
type FetchContext = Pick<RunState, 'send' | 'request' | 'failures' | 'warn'>

/** Requests fields. Returns the data with values of the wrong shape as null, or null; every error is recorded. */
export async function requestFields(fetch: CompiledFetch, body: string, context: FetchContext): Promise<Json | null> {
  const { data, failAt } = await sendFetch(fetch, body, null, context)
  if (data) failAt(enforceShape(data, fetch.fieldsToCheck) ?? [])
  return data
}

/** Requests the entities of these objects, as `requestFields`; null if their number is wrong. */
export async function requestEntities(
  fetch: CompiledFetch,
  body: string,
  targets: Json[][],
  context: FetchContext,
): Promise<(Json | null)[] | null> {
  const { data, failAt, failAll } = await sendFetch(fetch, body, targets, context)
  if (!data) return null
  const response = readEntities(data, targets.length, fetch.fieldsToCheck)
  if (response) failAt(response.invalidPaths)
  else {
    context.warn({ subgraph: fetch.service, at: ['_entities'], places: 1, requestId: requestIdOf(context.request) })
    failAll()
  }
  return response?.entities ?? null
}

/** Sends one request and records the errors of the response. What else is wrong is recorded with `failAt` and `failAll`. */
async function sendFetch(
  fetch: CompiledFetch,
  body: string,
  targets: Json[][] | null,
  { send, request, failures, warn }: FetchContext,
) {
  const { service } = fetch
  const addFailure = (path: FetchFailure['path'], message: string, errorCode: string, retryAfter?: number) =>
    failures.push({ fetch, targets, path, message, code: errorCode, retryAfter })
  const failAll = () => void addFailure('all', invalidMessage(service), code.subgraphInvalid)
  const failAt = (invalidPaths: (string | number)[][]) => {
    if (invalidPaths.length === 0) return
    warn({
      subgraph: service,
      at: invalidPaths[0] ?? [],
      places: invalidPaths.length,
      requestId: requestIdOf(request),
    })
    for (const path of invalidPaths) addFailure(path, invalidMessage(service), code.subgraphInvalid)
  }
  const answer = await send(service, body, request.caller, fetch.mayRepeat)
  if ('failure' in answer) {
    if (answer.failure === 'unavailable')
      addFailure('all', `The ${service} service did not answer.`, code.subgraphUnavailable)
    else failAll()
    return { data: null, failAt, failAll }
  }
  for (const error of answer.errors) {
    // Without data and without a useful path, the error concerns the whole fetch.
    const hasPath = error.path.length > (targets ? 1 : 0)
    const path = hasPath || answer.data ? error.path : 'all'
    addFailure(path, error.message, error.code ?? code.subgraphError, error.retryAfter)
  }
  return { data: answer.data, failAt, failAll }
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
