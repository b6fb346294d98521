import { executeQueryPlan } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import { type ExecutionResult, GraphQLError } from 'graphql'
import type { Logger } from '../../chassis/log.ts'
import { code, type ErrorPath, type SubgraphFault, subgraphError } from '../errors.ts'
import { createErrorCollector } from '../executor/answer/error-collector.ts'
import type { FetchFailure } from '../executor/answer/fetch-failures.ts'
import { type CompiledFetch, compileRequest } from '../executor/compile/fetches.ts'
import { createPlanner, type Planner } from '../executor/planning/plan-and-compile.ts'
import { requestEntities, requestFields } from '../executor/run/fetch.ts'
import { isObject, type Json, ownValue } from '../executor/selection/json.ts'
import { parseOperation } from '../executor/selection/normal-form.ts'
import type { EventData, OperationRun, Prepare } from '../operation.ts'
import { withoutUnplannedDirectives } from '../supergraph/executable-directives.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'

type Failure = SubgraphFault & { service: string; paths: ErrorPath[] }
type Options = { supergraph: Supergraph; send: Send; log: Logger; planner?: Planner }
/** The state of one run. `eventData` answers a subscription's primary fetch. */
type Run = { request: OperationRun; failures: Failure[]; eventData: Json | undefined }

/**
 * Prepares operations for Apollo's `executeQueryPlan`: the router's safety net where ours fails to compile a plan, and what ours is
 * compared with. Apollo's executor gives errors of a failed fetch no path, so no fetch fails here, and failures are reported
 * afterwards: at the client's root fields, or at the first list above the objects that were fetched. It knows nothing of rights.
 * Throws if the planner fails.
 */
export function prepareWithApollo(options: Options): Prepare {
  const { supergraph, log, planner = createPlanner(supergraph) } = options

  return ({ operation }) => {
    const services = dataSources(options)
    const planned = withoutUnplannedDirectives(operation, supergraph.apiSchema)
    const plan = planner(operation)
    const primary = plan.node?.kind === 'Subscription' ? plan.node.primary : null
    const run = async (request: OperationRun, event?: EventData): Promise<ExecutionResult> => {
      const failures = (event?.failures ?? []).map(({ path, ...failure }) => ({ ...failure, paths: [path] }))
      const state: Run = { request, failures, eventData: event?.data }
      const result = await executeQueryPlan(
        withoutSubscription(plan),
        services,
        requestContext(state, log),
        { schema: supergraph.clientSchema, operation: planned, fragments: {} },
        supergraph.fullSchema,
        supergraph.apiSchema,
      )
      return toResult(result, failures)
    }
    return {
      primary: primary && { service: primary.serviceName, operation: parseOperation(primary.operation) },
      fetches: 1,
      run,
    }
  }
}

type Services = Parameters<typeof executeQueryPlan>[1]

/** `executeQueryPlan` calls these by subgraph name and passes the run's state in the context. */
function dataSources({ supergraph, send, log }: Options): Services {
  const compiled = new Map<string, CompiledFetch>()
  const fetchOf = (service: string, query: string): CompiledFetch => {
    const key = `${service} ${query}`
    const fetch = compiled.get(key) ?? compileRequest(service, query, supergraph.fullSchema)
    compiled.set(key, fetch)
    return fetch
  }
  const warn = (what: object) => log.warn(what, 'answer of the wrong shape')
  const sources = [...supergraph.subgraphs.keys()].map((service) => {
    const process: Services[string]['process'] = async (options) => {
      const { request, failures, eventData } = options.context.run as Run // put there by requestContext below
      const path = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : []
      // In a subscription's plan the only fetch at the root is the primary.
      if (eventData && path.length === 0) return { data: eventData }
      const { query = '', operationName, variables = {} } = options.request
      const fetch = fetchOf(service, query)
      const failed: FetchFailure[] = []
      const body = JSON.stringify({ query, operationName, variables })
      const context = { send, request, warn, failures: failed }
      const data = fetch.representation
        ? await requestEntities(fetch, body, variables.representations, context)
        : await requestFields(fetch, body, context)
      for (const failure of failed) failures.push({ ...failure, service, paths: pathsOf(failure, path) })
      // Apollo's executor takes plain numbers only.
      return { data: JSON.parse(JSON.stringify(Array.isArray(data) ? { _entities: data } : data)) }
    }
    return [service, { process }] as const
  })
  return Object.fromEntries(sources)
}

/** Where a failure is reported. `fetchPath` is the fetch's path in the answer, with '@' for every member of a list. */
function pathsOf({ path, fetch }: FetchFailure, fetchPath: ErrorPath): ErrorPath[] {
  const list = fetchPath.indexOf('@')
  if (fetchPath.length) return [list < 0 ? fetchPath : fetchPath.slice(0, list)]
  const [root] = path === 'all' ? [] : path
  return root === undefined ? fetch.fields.map(({ responseName }) => [responseName]) : [[root]]
}

function toResult(result: ExecutionResult, failures: readonly Failure[]): ExecutionResult {
  const collector = createErrorCollector()
  const reported = new Set<string>()
  for (const { paths, service, ...fault } of failures) {
    for (const path of paths.map((each) => answeredPath(each, result.data))) {
      const key = JSON.stringify([path, service, fault.code, fault.message])
      if (!reported.has(key)) collector.report(path, () => subgraphError(fault, service, path))
      reported.add(key)
    }
  }
  // Fetches report no errors, so result.errors are the executor's own; formatError logs and hides them.
  for (const error of result.errors ?? []) collector.report(error.path ?? [], () => error)
  const nulls = result.extensions?.valueCompletion
  for (const { message, path = [] } of Array.isArray(nulls) ? (nulls as GraphQLError[]) : []) {
    if (collector.isExplained(path)) continue
    const extensions = { code: code.subgraphInvalid }
    collector.report(path, () => new GraphQLError(message, { path, extensions }))
  }
  const errors = collector.collected()
  return { data: result.data ?? null, ...(errors.length && { errors }) }
}

/** The part of a path that is in the data, up to the first null. */
function answeredPath(path: ErrorPath, data: unknown): ErrorPath {
  let value = data
  for (const [depth, key] of path.entries()) {
    if (value === null) return path.slice(0, Math.max(depth, 1))
    value = isObject(value) || Array.isArray(value) ? ownValue(value as Json, `${key}`) : undefined
    if (value === undefined) return path.slice(0, depth)
  }
  return path
}

/** `executeQueryPlan` rejects subscriptions. Here the plan becomes a sequence whose first fetch is answered by the event. */
function withoutSubscription(plan: QueryPlan): QueryPlan {
  if (plan.node?.kind !== 'Subscription') return plan
  const { primary, rest } = plan.node
  return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: rest ? [primary, rest] : [primary] } }
}

/** The few parts of a gateway's request context that `executeQueryPlan` reads. */
function requestContext(run: Run, logger: Logger) {
  const context = { request: { variables: run.request.variables }, context: { run }, metrics: {}, logger }
  return context as unknown as Parameters<typeof executeQueryPlan>[2] // the rest is for ApolloGateway's plugins
}
