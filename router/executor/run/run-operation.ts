import { type ExecutionResult, GraphQLError } from 'graphql'
import { code } from '../../errors.ts'
import type { EventData, OperationRun } from '../../operation.ts'
import type { Send } from '../../upstream/send.ts'
import { createTold } from '../answer/error-collector.ts'
import { tellGiven, tellLosses, tellUnfetched } from '../answer/fetch-failures.ts'
import { introspect } from '../answer/introspection.ts'
import { sitesIn } from '../answer/locations.ts'
import { type Flaw, project } from '../answer/project.ts'
import type { Compiled } from '../compile/compile-plan.ts'
import type { CompiledFetch } from '../compile/fetches.ts'
import type { Representing } from '../compile/required-selections.ts'
import { force } from '../compile/response-shape.ts'
import type { Step } from '../compile/steps.ts'
import type { Json } from '../selection/json.ts'
import { gather, gatherNarrow } from './collect-objects.ts'
import { groupByContext } from './contexts.ts'
import { answeredEntities, ask, begun, bodyOf, type Run, type Warn } from './fetch.ts'
import { merge } from './merge.ts'
import { type Batch, batchOf } from './representations.ts'

/**
 * Answers one request of a compiled operation. `given` is what a subscription's `primary` brought; its data become part of
 * the answer and are changed. Never throws for what subgraphs do.
 */
export async function run(
  prepared: Compiled,
  request: OperationRun,
  send: Send,
  { given, warn = () => {} }: { given?: EventData; warn?: Warn } = {},
): Promise<ExecutionResult> {
  const compiled = prepared.decided?.(request.coerced) ?? prepared
  const { primary, supergraph } = compiled
  const { tree, lost } =
    given && primary ? begun(given, primary.fetch, supergraph.fullSchema, warn) : { tree: {}, lost: [] }
  const all: Run = { compiled, request, send, warn, tree, losses: [], unasked: [], lost, batches: new Map() }
  if (compiled.step) await runStep(compiled.step, all)
  return answer(all)
}

function answer({ compiled, request, tree, losses, unasked, lost }: Run): ExecutionResult {
  const { output, supergraph, unfetched } = compiled
  const variables = request.coerced
  const flaws: Flaw[] = []
  const data = project(output, tree, {
    variables,
    introspect: (field) => introspect(compiled, field, request.variables, variables),
    flaws,
    path: [],
  })
  if (losses.length === 0 && flaws.length === 0 && lost.length === 0 && unfetched.length === 0) return { data }
  const told = createTold()
  const sites = sitesIn({ tree, output, variables })
  const answered = { sites, names: output.output.names, schema: supergraph.fullSchema, unasked, told }
  tellGiven(lost, answered)
  tellLosses(losses, answered)
  tellUnfetched(unfetched, answered)
  const unexplained = flaws.filter(({ path }) => !told.isExplained(path))
  for (const flaw of unexplained) if (!told.tell(flaw.path, () => flawError(flaw))) break
  const errors = told.errors()
  return errors.length ? { data, errors } : { data }
}

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
  const { representing, contexts, path } = fetch
  if (!representing) return fetchFields(fetch, all)
  if (contexts.length === 0) return fetchEntities(fetch, batchAt(fetch, representing, all), {}, all)
  const groups = groupByContext(all.tree, path, contexts, all.compiled.supergraph.fullSchema)
  const fetches = groups.map(({ context, objects }) =>
    fetchEntities(fetch, batchOf(objects, representing, all.request.coerced), context, all),
  )
  return Promise.all(fetches)
}

/** Fetches of the same entities that start together share what they ask with. */
function batchAt(fetch: CompiledFetch, representing: Representing, all: Run): Batch {
  const { tree, batches, compiled } = all
  const objects: Json[] = []
  const names = compiled.narrow.get(fetch)
  if (names) {
    gatherNarrow(tree, fetch.path, 0, compiled.output, names, objects)
    return batchOf(objects, representing, all.request.coerced)
  }
  const known = batches.get(representing)
  if (known) return known
  gather(tree, fetch.path, 0, objects)
  const batch = batchOf(objects, representing, all.request.coerced)
  if (representing.users > 1) batches.set(representing, batch)
  return batch
}

async function fetchFields(fetch: CompiledFetch, all: Run): Promise<void> {
  const { data, lose } = await ask(fetch, bodyOf(fetch, null, all.request.variables, {}), null, all)
  if (!data) return
  const wrong = force(data, fetch.checked)
  if (wrong) lose(wrong)
  all.batches.clear()
  const objects: Json[] = []
  gather(all.tree, fetch.path, 0, objects)
  for (const object of objects) merge(object, data, fetch.fields, all.compiled.supergraph.fullSchema)
}

function fetchEntities(fetch: CompiledFetch, batch: Batch, context: Json, all: Run): Promise<unknown> | undefined {
  const { owners, representations, others } = batch
  const asked =
    owners.length === 0
      ? undefined
      : spreadEntities(fetch, bodyOf(fetch, representations, all.request.variables, context), owners, all)
  if (others.length === 0) return asked
  const apart = fetch.apart()
  if (apart.length === 0) all.unasked.push({ fetch, objects: others })
  const more = apart.map(
    (each) =>
      each.representing && fetchEntities(each, batchOf(others, each.representing, all.request.coerced), context, all),
  )
  return more.some((each) => each) ? Promise.all([asked, ...more]) : asked
}

async function spreadEntities(fetch: CompiledFetch, body: string, owners: Json[][], all: Run): Promise<void> {
  const { data, lose, loseAll } = await ask(fetch, body, owners, all)
  if (!data) return
  const answered = answeredEntities(data, owners.length, fetch.checked)
  if (!answered) {
    all.warn({ subgraph: fetch.service, at: ['_entities'], places: 1 })
    return loseAll()
  }
  const { compiled } = all
  const { entities, wrong } = answered
  all.batches.clear()
  for (let index = 0; index < owners.length; index++) {
    const entity = entities[index]
    if (!entity) continue
    const targets = owners[index] as Json[] // one for each entity
    for (let each = 0; each < targets.length; each++) {
      // What hangs below an entity is the same wherever it stands, unless it depends on what is around it.
      const part = each > 0 && compiled.hasContexts ? structuredClone(entity) : entity
      merge(targets[each] as Json, part, fetch.fields, compiled.supergraph.fullSchema)
    }
  }
  if (wrong.length) lose(wrong)
}
