import { type ExecutionResult, GraphQLError } from 'graphql'
import { code } from '../errors.ts'
import type { Given } from '../execute.ts'
import type { Caller } from '../fetch.ts'
import type { NoAnswer, SubgraphAnswer } from '../subgraphs.ts'
import type { Compiled } from './compile.ts'
import { contextOf } from './contexts.ts'
import { represent } from './entities.ts'
import type { CompiledFetch } from './fetches.ts'
import { introspect } from './introspection.ts'
import { isObject, type Json } from './json.ts'
import { givenErrors, type Loss, lossErrors } from './losses.ts'
import { merge } from './merge.ts'
import { gather, placesAt } from './places.ts'
import type { Step } from './plan.ts'
import { type Flaw, project } from './project.ts'
import { force } from './shape.ts'

/** The client's variables as they came, and coerced; who asks. */
export type Request = { variables: Json; coerced: Json; caller: Caller }

/** Sends one body to a subgraph; never throws for what the subgraph does. */
export type Send = (service: string, body: string, caller: Caller) => Promise<SubgraphAnswer | NoAnswer>

/** Hears of answers that had not the shape that the schema promises. */
export type Warn = (what: { subgraph: string; at: (string | number)[]; places: number }) => void

type Run = {
  compiled: Compiled
  request: Request
  send: Send
  warn: Warn
  tree: Json
  losses: Loss[]
  /** What was missing from the beginning. */
  lost: Given['lost']
}

/**
 * Answers one request of a compiled operation. `given` is what is known of the root already (a subscription's event); its
 * data become part of the answer and are changed. Never throws for what subgraphs do.
 */
export async function run(
  compiled: Compiled,
  request: Request,
  send: Send,
  { given, warn = () => {} }: { given?: Given; warn?: Warn } = {},
): Promise<ExecutionResult> {
  const { data = {}, lost = [] } = given ?? {}
  const all: Run = { compiled, request, send, warn, tree: data, losses: [], lost }
  if (compiled.step) await runStep(compiled.step, all)
  return answer(all)
}

function answer({ compiled, request, tree, losses, lost }: Run): ExecutionResult {
  const { output, supergraph } = compiled
  const variables = request.coerced
  const flaws: Flaw[] = []
  const data = project(output, tree, {
    variables,
    introspect: (field) => introspect(compiled, field, request.variables, variables),
    flaws,
    path: [],
  })
  if (losses.length === 0 && flaws.length === 0 && lost.length === 0) return { data }
  const answered = { tree, output, schema: supergraph.fullSchema, variables }
  const told = [...givenErrors(lost, answered), ...lossErrors(losses, answered)]
  const errors = [...told, ...flaws.filter((flaw) => !isTold(flaw, told)).map(flawError)]
  return errors.length ? { data, errors } : { data }
}

/** Whether an error explains a flaw: at its own path, above or below it. */
const isTold = ({ path }: Flaw, told: readonly GraphQLError[]) =>
  told.some((error) => (error.path ?? []).every((key, index) => index >= path.length || path[index] === key))

const flawError = ({ message, path }: Flaw) =>
  new GraphQLError(message, { path, extensions: { code: code.subgraphInvalid } })

function runStep(step: Step, all: Run): Promise<unknown> | undefined {
  switch (step.kind) {
    case 'fetch':
      return runFetch(step.fetch, all)
    case 'sequence':
      return runSequence(step.steps, all)
    case 'parallel':
      return Promise.all(step.steps.map((each) => runStep(each, all)))
    case 'condition': {
      const chosen = all.request.coerced[step.variable] === true ? step.holds : step.fails
      return chosen ? runStep(chosen, all) : undefined
    }
  }
}

async function runSequence(steps: Step[], all: Run): Promise<void> {
  for (const step of steps) await runStep(step, all)
}

function runFetch(fetch: CompiledFetch, all: Run): Promise<unknown> | undefined {
  if (!fetch.representing) return fetchFields(fetch, all)
  if (fetch.contexts.length === 0) {
    const objects: Json[] = []
    gather(all.tree, fetch.path, 0, objects)
    return fetchEntities(fetch, objects, {}, all)
  }
  const groups = new Map<string, { context: Json; objects: Json[] }>()
  for (const { line } of placesAt(all.tree, fetch.path)) {
    const context = contextOf(line, fetch.contexts, all.compiled.supergraph.fullSchema)
    const key = JSON.stringify(context)
    const group = groups.get(key) ?? { context, objects: [] }
    groups.set(key, group)
    group.objects.push(line.at(-1) ?? {})
  }
  return Promise.all([...groups.values()].map(({ context, objects }) => fetchEntities(fetch, objects, context, all)))
}

async function fetchFields(fetch: CompiledFetch, all: Run): Promise<void> {
  const { data, lose } = await ask(
    fetch,
    `${fetch.head},"variables":{${variablesJson(fetch, all.request.variables, {})}}}`,
    null,
    all,
  )
  if (!data) return
  const wrong = force(data, fetch.checked)
  if (wrong) lose(wrong)
  const objects: Json[] = []
  gather(all.tree, fetch.path, 0, objects)
  for (const object of objects) merge(object, data, fetch.fields, all.compiled.supergraph.fullSchema)
}

/** Asks for each distinct entity once, and gives the answer to all the objects it stands for. */
function fetchEntities(fetch: CompiledFetch, objects: Json[], context: Json, all: Run): Promise<void> | undefined {
  const { representing } = fetch
  const owners: Json[][] = []
  const known = new Map<string, Json[]>()
  let representations = ''
  for (let index = 0; representing && index < objects.length; index++) {
    const object = objects[index] as Json // within its length
    const json = represent(object, representing)
    if (json === null) continue
    const same = known.get(json)
    if (same) {
      same.push(object)
      continue
    }
    const alone = [object]
    known.set(json, alone)
    owners.push(alone)
    representations += representations === '' ? json : `,${json}`
  }
  if (owners.length === 0) return undefined
  const others = variablesJson(fetch, all.request.variables, context)
  const body = `${fetch.head},"variables":{"representations":[${representations}]${others && ','}${others}}}`
  return spreadEntities(fetch, body, owners, all)
}

async function spreadEntities(fetch: CompiledFetch, body: string, owners: Json[][], all: Run): Promise<void> {
  const { data, lose, loseAll } = await ask(fetch, body, owners, all)
  if (!data) return
  const entities = data._entities
  if (!Array.isArray(entities) || entities.length !== owners.length) {
    all.warn({ subgraph: fetch.service, at: ['_entities'], places: 1 })
    return loseAll()
  }
  const { compiled } = all
  const wrong: (string | number)[][] = []
  for (let index = 0; index < owners.length; index++) {
    const entity: unknown = entities[index]
    if (entity === null || entity === undefined) continue
    if (!isObject(entity) || ('__typename' in entity && typeof entity.__typename !== 'string')) {
      wrong.push(['_entities', index])
      continue
    }
    const places = force(entity, fetch.checked)
    if (places) for (const place of places) wrong.push(['_entities', index, ...place])
    const targets = owners[index] as Json[] // one for each entity
    for (let each = 0; each < targets.length; each++) {
      // What hangs below an entity is the same wherever it stands, unless it depends on what is around it.
      const part = each > 0 && compiled.hasContexts ? structuredClone(entity) : entity
      merge(targets[each] as Json, part, fetch.fields, compiled.supergraph.fullSchema)
    }
  }
  if (wrong.length) lose(wrong)
}

async function ask(fetch: CompiledFetch, body: string, owners: Json[][] | null, { send, request, losses, warn }: Run) {
  const { service } = fetch
  const note = (path: Loss['path'], message: string, errorCode: string) =>
    losses.push({ fetch, owners, path, message, code: errorCode })
  const loseAll = () => void note('all', invalidMessage(service), code.subgraphInvalid)
  const lose = (wrong: (string | number)[][]) => {
    warn({ subgraph: service, at: wrong[0] ?? [], places: wrong.length })
    for (const path of wrong) note(path, invalidMessage(service), code.subgraphInvalid)
  }
  const answer = await send(service, body, request.caller)
  if ('failure' in answer) {
    if (answer.failure === 'unavailable')
      note('all', `The ${service} service did not answer.`, code.subgraphUnavailable)
    else loseAll()
    return { data: null, lose, loseAll }
  }
  for (const error of answer.errors) {
    // Null for the whole answer and no word about where: it concerns all.
    const placed = error.path.length > (owners ? 1 : 0)
    note(placed || answer.data ? error.path : 'all', error.message, error.code ?? code.subgraphError)
  }
  return { data: answer.data, lose, loseAll }
}

const invalidMessage = (service: string) => `The ${service} service gave an answer that makes no sense.`

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
