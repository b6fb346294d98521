import { GraphQLError, OperationTypeNode } from 'graphql'
import { code, refusalError, toClientError } from '../../errors.ts'
import type { Answer, EventData, OperationRun } from '../../operation.ts'
import type { Send } from '../../upstream/send.ts'
import { createErrorCollector } from '../answer/error-collector.ts'
import {
  reportEventFailures,
  reportFetchFailures,
  reportUnknownContexts,
  reportUnplannedFields,
} from '../answer/fetch-failures.ts'
import { introspect } from '../answer/introspection.ts'
import { createAnswerLocator } from '../answer/locations.ts'
import { project, type RefusedField, type SchemaViolation } from '../answer/project.ts'
import type { CompiledOperation } from '../compile/compile-plan.ts'
import type { CompiledFetch } from '../compile/fetches.ts'
import { answerNodeFields, type NodeFields } from '../compile/node-fields.ts'
import { type CompiledSelection, outputFor } from '../compile/output.ts'
import type { CompiledRepresentation } from '../compile/required-selections.ts'
import { enforceShape } from '../compile/response-shape.ts'
import type { Step } from '../compile/steps.ts'
import { copyOf, isObject, type Json, ownValue } from '../selection/json.ts'
import { collectNarrowedObjects, collectObjects } from './collect-objects.ts'
import { groupByContext } from './contexts.ts'
import { bodyOf, mergeEvent, type RunState, requestEntities, requestFields, type Warn } from './fetch.ts'
import { merge } from './merge.ts'
import { type Batch, createBatch } from './representations.ts'

/**
 * Runs a compiled operation once. `event` has the data and failures of a subscription's event; its data become part of
 * the answer and are changed. Never throws for a subgraph's fault.
 */
export async function runOperation(
  compiled: CompiledOperation,
  request: OperationRun,
  send: Send,
  { event, warn = () => {} }: { event?: EventData; warn?: Warn } = {},
): Promise<Answer> {
  const { primary, supergraph } = compiled
  const { tree, eventFailures } =
    event && primary ? mergeEvent(event, primary.fetch, supergraph.fullSchema, warn) : { tree: {}, eventFailures: [] }
  const state: RunState = {
    compiled,
    request,
    send,
    warn,
    tree,
    failures: [],
    skipped: [],
    eventFailures,
    batches: null,
  }
  if (compiled.step) await runStep(compiled.step, state)
  const answer = createAnswer(state)
  if (compiled.operation.operation !== OperationTypeNode.MUTATION) return answer
  return { ...answer, rootTypes: rootTypes(compiled.output, state.tree) }
}

/** Clients may not ask for the types, but the plan does wherever a field has several. */
function rootTypes(output: CompiledSelection, tree: Json): Record<string, string> {
  const fields = outputFor(output, undefined)?.fields ?? []
  return Object.fromEntries(
    fields.flatMap(({ responseName, name, type }) => {
      const value = ownValue(tree, name)
      if (!isObject(value)) return []
      return [[responseName, typeof value.__typename === 'string' ? value.__typename : type.name]]
    }),
  )
}

function createAnswer({ compiled, request, tree, failures, skipped, eventFailures }: RunState): Answer {
  const { output, supergraph, unplannedFields } = compiled
  const violations: SchemaViolation[] = []
  const refusals: RefusedField[] = []
  const data = project(output, tree, {
    introspect: (field) => introspect(compiled, field, request.variables, request.coerced),
    violations,
    refusals,
    path: [],
  })
  const mayLackArguments = compiled.hasContexts && skipped.length > 0
  const hasNoFailures = failures.length === 0 && eventFailures.length === 0 && !mayLackArguments
  if (hasNoFailures && violations.length === 0 && refusals.length === 0 && unplannedFields.length === 0) return { data }
  const collector = createErrorCollector()
  for (const { refusal, path } of refusals) if (!collector.report(path, () => refusalError(refusal, path), true)) break
  const locator = createAnswerLocator({ tree, output })
  const reportContext = {
    locator,
    responseNames: output.context.responseNames,
    schema: supergraph.fullSchema,
    skipped,
    collector,
  }
  reportEventFailures(eventFailures, reportContext)
  reportUnknownContexts(failures, reportContext)
  reportFetchFailures(failures, reportContext)
  reportUnplannedFields(unplannedFields, reportContext)
  const unexplained = violations.filter(({ path }) => !collector.isExplained(path))
  for (const violation of unexplained) if (!collector.report(violation.path, () => violationError(violation))) break
  const errors = collector.collected()
  return errors.length ? { data, errors } : { data }
}

const violationError = ({ message, path }: SchemaViolation) =>
  new GraphQLError(message, { path, extensions: { code: code.subgraphInvalid } })

/** The arguments from surrounding objects of a fetch that has none. */
const NO_CONTEXT: Json = {}

function runStep(step: Step, state: RunState): Promise<unknown> | undefined {
  switch (step.kind) {
    case 'fetch':
      return runFetch(step.fetch, state)
    case 'sequence':
      return runSequence(step.steps, state)
    case 'parallel':
      return Promise.all(step.steps.map((each) => runStep(each, state)))
  }
}

async function runSequence(steps: Step[], state: RunState): Promise<void> {
  for (const step of steps) await runStep(step, state)
}

function runFetch(fetch: CompiledFetch, state: RunState): Promise<unknown> | undefined {
  const { representation, contextRewrites, path } = fetch
  if (!representation) return fetchFields(fetch, state)
  if (contextRewrites.length === 0)
    return fetchEntities(fetch, batchFor(fetch, representation, state), NO_CONTEXT, state)
  const groups = groupByContext(state.tree, path, contextRewrites, state.compiled.supergraph.fullSchema)
  return Promise.all(groups.map(({ context, objects }) => fetchInContext(fetch, objects, context, state)))
}

/** Fetches entities with the arguments that they take from a context; where one is not known, the other fields only. */
function fetchInContext(fetch: CompiledFetch, objects: Json[], context: Json, state: RunState) {
  const { representation, contextRewrites } = fetch
  if (!representation) return undefined
  return contextRewrites.every(({ renameKeyTo }) => Object.hasOwn(context, renameKeyTo))
    ? fetchEntities(fetch, createBatch(objects, representation), context, state)
    : fetchInParts(fetch, objects, context, state)
}

/** Fetches of the same entities that start together share a batch. */
function batchFor(fetch: CompiledFetch, representation: CompiledRepresentation, state: RunState): Batch {
  const { tree, compiled } = state
  const objects: Json[] = []
  const names = compiled.narrowedFetches.get(fetch)
  if (names) {
    collectNarrowedObjects(tree, fetch.path, 0, compiled.output, names, objects)
    return createBatch(objects, representation)
  }
  const known = state.batches?.get(representation)
  if (known) return known
  collectObjects(tree, fetch.path, 0, objects)
  const batch = createBatch(objects, representation)
  if (representation.fetchCount > 1) {
    state.batches ??= new Map()
    state.batches.set(representation, batch)
  }
  return batch
}

/** Fetches fields of the root type, for each object at the path that leads back to it. */
function fetchFields(fetch: CompiledFetch, state: RunState): Promise<void> | undefined {
  const objects: Json[] = []
  collectObjects(state.tree, fetch.path, 0, objects)
  if (objects.length === 0) return undefined
  if (fetch.nodeFields) return mergeFields(fetch, nodesOf(fetch, fetch.nodeFields, state), objects, state)
  const body = bodyOf(fetch, null, state.request.variables, NO_CONTEXT)
  return requestFields(fetch, body, state).then((data) => mergeFields(fetch, data, objects, state))
}

function mergeFields(fetch: CompiledFetch, data: Json | null, objects: Json[], state: RunState): undefined {
  if (!data) return
  state.batches = null
  for (const object of objects) merge(object, data, fetch.fields, state.compiled.supergraph.fullSchema)
}

/** What the router answers itself. */
function nodesOf(fetch: CompiledFetch, nodeFields: NodeFields, { request, failures }: RunState): Json {
  const data = answerNodeFields(nodeFields, request.coerced, (responseName, error) => {
    const { message } = toClientError(error, code.badUserInput)
    failures.push({ fetch, targets: null, path: [responseName], message, code: code.badUserInput })
  })
  enforceShape(data, fetch.fieldsToCheck)
  return data
}

function fetchEntities(
  fetch: CompiledFetch,
  batch: Batch,
  context: Json,
  state: RunState,
): Promise<unknown> | undefined {
  const { targets, incomplete } = batch
  const fetched = targets.length === 0 ? undefined : fetchBatch(fetch, batch, context, state)
  const more = incomplete.length ? fetchInParts(fetch, incomplete, context, state) : undefined
  return fetched && more ? Promise.all([fetched, more]) : (fetched ?? more)
}

/** Fetches what can be fetched of objects that lack the requirements of some fields. */
function fetchInParts(
  fetch: CompiledFetch,
  objects: Json[],
  context: Json,
  state: RunState,
): Promise<unknown> | undefined {
  const parts = fetch.splitByRequirements()
  if (parts.length === 0) state.skipped.push({ fetch, objects })
  const fetched = parts.map((each) => fetchInContext(each, objects, context, state))
  return fetched.some((each) => each) ? Promise.all(fetched) : undefined
}

function fetchBatch(
  fetch: CompiledFetch,
  { targets, representations }: Batch,
  context: Json,
  state: RunState,
): Promise<void> {
  const body = bodyOf(fetch, representations, state.request.variables, context)
  return requestEntities(fetch, body, targets, state).then((entities) => mergeEntities(fetch, entities, targets, state))
}

function mergeEntities(
  fetch: CompiledFetch,
  entities: (Json | null)[] | null,
  targets: Json[][],
  state: RunState,
): void {
  if (!entities) return
  const { compiled } = state
  state.batches = null
  for (let index = 0; index < targets.length; index++) {
    const entity = entities[index]
    if (!entity) continue
    const objects = targets[index] as Json[] // one list for each representation
    for (let each = 0; each < objects.length; each++) {
      // Equal entities share what is below them, unless it depends on a surrounding object.
      const part = each > 0 && compiled.hasContexts ? copyOf(entity) : entity
      merge(objects[each] as Json, part, fetch.fields, compiled.supergraph.fullSchema)
    }
  }
}
