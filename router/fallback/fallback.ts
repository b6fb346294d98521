import { operationFromDocument } from '@apollo/federation-internals'
import { executeQueryPlan } from '@apollo/gateway'
import { type PlanNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner'
import { type ExecutionResult, GraphQLError, getOperationAST, type OperationDefinitionNode, parse } from 'graphql'
import type { Logger } from '../../chassis/log.ts'
import { code } from '../errors.ts'
import { createErrorCollector } from '../executor/answer/error-collector.ts'
import type { EventData, OfOperation, OperationRun, Prepare } from '../operation.ts'
import { fragmentsOf } from '../selections.ts'
import { withoutUnplannedDirectives } from '../supergraph/executable-directives.ts'
import { hideLiterals, restoreLiterals } from '../supergraph/literals.ts'
import { overrideConditions, type Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import { type FallbackFailure, reportFallbackFailures } from './fallback-failures.ts'
import { createFetcher, type FallbackRun, type Fetcher } from './fetcher.ts'

/**
 * Prepares operations for Apollo's `executeQueryPlan`, which gives errors of a failed fetch no path. So no fetch fails
 * here (fetcher.ts), and failures are reported at their paths afterwards (fallback-failures.ts). Throws if the planner
 * fails.
 */
export function createFallback(options: {
  supergraph: Supergraph
  send: Send
  log: Logger
  planner?: Planner
}): Prepare {
  const { supergraph, send, log, planner = createPlanner(supergraph) } = options
  const services = dataSources(supergraph, createFetcher(supergraph, send, log))

  return (original, operationName) => {
    const document = withoutUnplannedDirectives(original, supergraph.apiSchema)
    const operation = getOperationAST(document, operationName)
    if (!operation) throw new Error('A prepared document has the operation.')
    const plan = planner(document, operationName)
    const { node } = plan
    const { primary, rest } = node?.kind === 'Subscription' ? node : ({ primary: null, rest: node } as const)
    const shapes: FallbackRun['shapes'] = new Map()
    const fragments = fragmentsOf(document)
    const context = { schema: supergraph.clientSchema, operation, fragments: Object.fromEntries(fragments) }

    const run = async ({ variables, coerced, caller }: OperationRun, event?: EventData): Promise<ExecutionResult> => {
      const state: FallbackRun = { caller, shapes, failures: eventFailuresOf(event), roots: [], eventData: event?.data }
      const result = await executeQueryPlan(
        toExecutablePlan(plan),
        services,
        requestContext(variables, state, log),
        context,
        supergraph.fullSchema,
        supergraph.apiSchema,
      )
      return toResult(result, state, operation, { schema: supergraph.fullSchema, fragments, variables: coerced })
    }
    return {
      primary: primary && {
        service: primary.serviceName,
        document: parse(primary.operation, { noLocation: true }),
      },
      callsSubgraph: (coerced) => nodeCallsSubgraph(rest, coerced),
      run,
    }
  }
}

function toResult(
  result: ExecutionResult,
  { failures, roots }: FallbackRun,
  { selectionSet }: OperationDefinitionNode,
  context: Parameters<typeof reportFallbackFailures>[3],
): ExecutionResult {
  const collector = createErrorCollector()
  reportFallbackFailures(failures, mergeRoots(roots), selectionSet, context, collector)
  // Fetches report no errors, so result.errors are the executor's own; formatError logs and hides them.
  for (const error of result.errors ?? []) if (!collector.report(error.path ?? [], () => error)) break
  const violations = completionErrors(result.extensions?.valueCompletion).filter(
    ({ path }) => !collector.isExplained(path ?? []),
  )
  for (const error of violations) if (!collector.report(error.path ?? [], () => error)) break
  const errors = collector.collected()
  return { data: result.data ?? null, ...(errors.length && { errors }) }
}

/** `executeQueryPlan` calls these by subgraph name and passes the run's state in the context. */
function dataSources(supergraph: Supergraph, fetch: Fetcher): Services {
  const sources = [...supergraph.subgraphs.keys()].map((service) => {
    const process: Services[string]['process'] = async (options) => {
      const run = options.context.run as FallbackRun // put there by requestContext below
      const fetchPath = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : []
      const { query = '', operationName, variables = {} } = options.request
      // Only a fetch with a path has entities. At the root, `representations` is a client's variable.
      const representations = fetchPath.length ? (variables.representations ?? null) : null
      // In a subscription's plan the only fetch at the root is the primary.
      const eventData = fetchPath.length === 0 ? run.eventData : undefined
      const data =
        eventData ?? (await fetch({ service, query, operationName, variables, representations, fetchPath }, run))
      if (data && !representations && fetchPath.length === 0) run.roots.push(data)
      return { data }
    }
    return [service, { process }] as const
  })
  return Object.fromEntries(sources)
}

/**
 * `executeQueryPlan` rejects subscriptions. Here the plan becomes a sequence whose first fetch is answered by the
 * event.
 */
function toExecutablePlan(plan: QueryPlan): QueryPlan {
  if (plan.node?.kind !== 'Subscription') return plan
  const { primary, rest } = plan.node
  return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: rest ? [primary, rest] : [primary] } }
}

/** Event failures have paths in the whole answer already. */
const eventFailuresOf = (event: EventData | undefined): FallbackFailure[] =>
  (event?.failures ?? []).map((failure) => ({ ...failure, fetchPath: [], operation: '', representations: null }))

type Services = Parameters<typeof executeQueryPlan>[1]

/** The few parts of a gateway's request context that `executeQueryPlan` reads. */
function requestContext(variables: Record<string, unknown>, run: FallbackRun, logger: Logger) {
  const context = { request: { variables }, context: { run }, metrics: {}, logger }
  return context as unknown as Parameters<typeof executeQueryPlan>[2] // the rest is for ApolloGateway's plugins
}

/** All fetched data as one object. The executor merged later fetches into these objects. */
function mergeRoots(roots: Record<string, unknown>[]): Record<string, unknown> {
  const all: Record<string, unknown> = Object.create(null)
  for (const root of roots) for (const [name, value] of Object.entries(root)) all[name] ??= value
  return all
}

/** Errors for nulls in non-null positions. */
function completionErrors(found: unknown): GraphQLError[] {
  const errors = Array.isArray(found) ? found.filter((error) => error instanceof GraphQLError) : []
  return errors.map(
    ({ message, path }) => new GraphQLError(message, { path, extensions: { code: code.subgraphInvalid } }),
  )
}

/** Plans valid documents without aliases. Throws if the planner fails. */
export type Planner = OfOperation<QueryPlan>

export function createPlanner({ federation, apiSchema, clientSchema }: Supergraph): Planner {
  // Created on first use: it is large, and rarely needed.
  let planner: QueryPlanner | undefined

  return (document, name) => {
    planner ??= new QueryPlanner(federation)
    const planned = withoutUnplannedDirectives(hideLiterals(document, clientSchema), apiSchema)
    const options = { operationName: name ?? undefined, validate: false }
    const operation = operationFromDocument(apiSchema, planned, options)
    return restoreLiterals(planner.buildQueryPlan(operation, { overrideConditions }))
  }
}

/** Whether a plan's node fetches anything with these variables. */
export function nodeCallsSubgraph(node: PlanNode | undefined, variables: Record<string, unknown>): boolean {
  if (!node) return false
  if (node.kind === 'Sequence' || node.kind === 'Parallel')
    return node.nodes.some((each) => nodeCallsSubgraph(each, variables))
  if (node.kind !== 'Condition') return true
  return nodeCallsSubgraph(variables[node.condition] ? node.ifClause : node.elseClause, variables)
}
