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

/** Hears of answers that had not the shape that the schema promises. */
export type Warn = (what: { subgraph: string; at: (string | number)[]; paths: number }) => void

/** One request while it is answered. */
export type RunState = {
  compiled: CompiledOperation
  request: OperationRun
  send: Send
  warn: Warn
  tree: Json
  failures: FetchFailure[]
  skipped: SkippedFetch[]
  /** What was put together to ask with, for as long as the tree stays as it was. */
  batches: Map<CompiledRepresentation, Batch>
  /** What was missing from the beginning. */
  eventFailures: EventData['failures']
}

/** Sends one request. What the answer says is wrong is noted; `lose` and `loseAll` note what the caller finds wrong. */
export async function sendFetch(
  fetch: CompiledFetch,
  body: string,
  targets: Json[][] | null,
  { send, request, failures, warn }: Pick<RunState, 'send' | 'request' | 'failures' | 'warn'>,
) {
  const { service } = fetch
  const addFailure = (path: FetchFailure['path'], message: string, errorCode: string, retryAfter?: number) =>
    failures.push({ fetch, targets, path, message, code: errorCode, retryAfter })
  const failAll = () => void addFailure('all', invalidMessage(service), code.subgraphInvalid)
  const failAt = (wrong: (string | number)[][]) => {
    warn({ subgraph: service, at: wrong[0] ?? [], paths: wrong.length })
    for (const path of wrong) addFailure(path, invalidMessage(service), code.subgraphInvalid)
  }
  const answer = await send(service, body, request.caller, fetch.mayRepeat)
  if ('failure' in answer) {
    if (answer.failure === 'unavailable')
      addFailure('all', `The ${service} service did not answer.`, code.subgraphUnavailable)
    else failAll()
    return { data: null, failAt, failAll }
  }
  for (const error of answer.errors) {
    // Null for the whole answer and no word about where: it concerns all.
    const placed = error.path.length > (targets ? 1 : 0)
    const path = placed || answer.data ? error.path : 'all'
    addFailure(path, error.message, error.code ?? code.subgraphError, error.retryAfter)
  }
  return { data: answer.data, failAt, failAll }
}

export const invalidMessage = (service: string) => `The ${service} service gave an answer that makes no sense.`

/**
 * The entities of an answer, forced into their shape, and the paths of what had it not; null: there are not as many as
 * were asked about.
 */
export function readEntities(
  data: Json,
  count: number,
  checked: FetchedField[],
): { entities: (Json | null)[]; wrong: (string | number)[][] } | null {
  const answered = data._entities
  if (!Array.isArray(answered) || answered.length !== count) return null
  const wrong: (string | number)[][] = []
  const entities = new Array<Json | null>(count).fill(null)
  for (let index = 0; index < count; index++) {
    const entity: unknown = answered[index]
    if (entity === null || entity === undefined) continue
    if (!isObject(entity) || ('__typename' in entity && typeof entity.__typename !== 'string')) {
      wrong.push(['_entities', index])
      continue
    }
    const paths = enforceShape(entity, checked)
    if (paths) for (const place of paths) wrong.push(['_entities', index, ...place])
    entities[index] = entity
  }
  return { entities, wrong }
}

/** The body of a request: the operation's text was escaped long ago, and representations come as JSON. */
export function bodyOf(fetch: CompiledFetch, representations: string | null, variables: Json, context: Json): string {
  const own = representations === null ? '' : `"representations":[${representations}]`
  const others = variablesJson(fetch, variables, context)
  return `${fetch.bodyPrefix},"variables":{${own}${own && others && ','}${others}}}`
}

/** The values of a fetch's variables, as the client sent them: the subgraph knows their defaults. */
function variablesJson({ variables }: CompiledFetch, given: Json, context: Json): string {
  let json = ''
  for (let index = 0; index < variables.length; index++) {
    const variable = variables[index] as CompiledFetch['variables'][number] // within its length
    const { name } = variable
    const value = Object.hasOwn(context, name) ? context[name] : Object.hasOwn(given, name) ? given[name] : undefined
    if (value !== undefined) json += `${json && ','}${variable.json}${JSON.stringify(value)}`
  }
  return json
}

/** The tree as a subscription's primary fetch would have begun it, had it been asked, and what is missing from it. */
export function mergeEvent(
  { data, failures }: EventData,
  { service, fields, fieldsToCheck }: CompiledFetch,
  schema: GraphQLSchema,
  warn: Warn,
): { tree: Json; eventFailures: EventData['failures'] } {
  const wrong = enforceShape(data, fieldsToCheck) ?? []
  if (wrong[0]) warn({ subgraph: service, at: wrong[0], paths: wrong.length })
  const tree: Json = {}
  merge(tree, data, fields, schema)
  const violations = wrong.map((path) => ({
    path,
    message: invalidMessage(service),
    code: code.subgraphInvalid,
    service,
  }))
  return {
    tree,
    eventFailures: [...failures, ...violations].map((each) => ({ ...each, path: toTreePath(each.path, fields) })),
  }
}
