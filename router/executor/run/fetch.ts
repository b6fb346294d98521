import type { GraphQLSchema } from 'graphql'
import { code } from '../../errors.ts'
import type { EventData, OperationRun } from '../../operation.ts'
import type { Send } from '../../upstream/send.ts'
import { type Loss, named, type Unasked } from '../answer/fetch-failures.ts'
import type { Compiled } from '../compile/compile-plan.ts'
import type { CompiledFetch } from '../compile/fetches.ts'
import type { Representing } from '../compile/required-selections.ts'
import { type Fetched, force } from '../compile/response-shape.ts'
import { isObject, type Json } from '../selection/json.ts'
import { merge } from './merge.ts'
import type { Batch } from './representations.ts'

/** Hears of answers that had not the shape that the schema promises. */
export type Warn = (what: { subgraph: string; at: (string | number)[]; places: number }) => void

/** One request while it is answered. */
export type Run = {
  compiled: Compiled
  request: OperationRun
  send: Send
  warn: Warn
  tree: Json
  losses: Loss[]
  unasked: Unasked[]
  /** What was put together to ask with, for as long as the tree stays as it was. */
  batches: Map<Representing, Batch>
  /** What was missing from the beginning. */
  lost: EventData['lost']
}

/** Sends one request. What the answer says is wrong is noted; `lose` and `loseAll` note what the caller finds wrong. */
export async function ask(
  fetch: CompiledFetch,
  body: string,
  owners: Json[][] | null,
  { send, request, losses, warn }: Pick<Run, 'send' | 'request' | 'losses' | 'warn'>,
) {
  const { service } = fetch
  const note = (path: Loss['path'], message: string, errorCode: string, retryAfter?: number) =>
    losses.push({ fetch, owners, path, message, code: errorCode, retryAfter })
  const loseAll = () => void note('all', invalidMessage(service), code.subgraphInvalid)
  const lose = (wrong: (string | number)[][]) => {
    warn({ subgraph: service, at: wrong[0] ?? [], places: wrong.length })
    for (const path of wrong) note(path, invalidMessage(service), code.subgraphInvalid)
  }
  const answer = await send(service, body, request.caller, fetch.mayRepeat)
  if ('failure' in answer) {
    if (answer.failure === 'unavailable')
      note('all', `The ${service} service did not answer.`, code.subgraphUnavailable)
    else loseAll()
    return { data: null, lose, loseAll }
  }
  for (const error of answer.errors) {
    // Null for the whole answer and no word about where: it concerns all.
    const placed = error.path.length > (owners ? 1 : 0)
    note(placed || answer.data ? error.path : 'all', error.message, error.code ?? code.subgraphError, error.retryAfter)
  }
  return { data: answer.data, lose, loseAll }
}

export const invalidMessage = (service: string) => `The ${service} service gave an answer that makes no sense.`

/**
 * The entities of an answer, forced into their shape, and the paths of what had it not; null: there are not as many as
 * were asked about.
 */
export function answeredEntities(
  data: Json,
  count: number,
  checked: Fetched[],
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
    const places = force(entity, checked)
    if (places) for (const place of places) wrong.push(['_entities', index, ...place])
    entities[index] = entity
  }
  return { entities, wrong }
}

/** The body of a request: the operation's text was escaped long ago, and representations come as JSON. */
export function bodyOf(fetch: CompiledFetch, representations: string | null, variables: Json, context: Json): string {
  const own = representations === null ? '' : `"representations":[${representations}]`
  const others = variablesJson(fetch, variables, context)
  return `${fetch.head},"variables":{${own}${own && others && ','}${others}}}`
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
export function begun(
  { data, lost }: EventData,
  { service, fields, checked }: CompiledFetch,
  schema: GraphQLSchema,
  warn: Warn,
): { tree: Json; lost: EventData['lost'] } {
  const wrong = force(data, checked) ?? []
  if (wrong[0]) warn({ subgraph: service, at: wrong[0], places: wrong.length })
  const tree: Json = {}
  merge(tree, data, fields, schema)
  const flaws = wrong.map((path) => ({ path, message: invalidMessage(service), code: code.subgraphInvalid, service }))
  return { tree, lost: [...lost, ...flaws].map((each) => ({ ...each, path: named(each.path, fields) })) }
}
