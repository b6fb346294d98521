import { executeQueryPlan } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
} from 'graphql'
import type { Logger } from '../chassis/log.ts'
import { authorized } from './authorization/authorized.ts'
import { clientError, code, type ErrorPath, invalidVariables } from './errors.ts'
import type { Caller, Fetcher, Run } from './fetch.ts'
import { fragmentsOf, type Loss, lossErrors } from './losses.ts'
import type { Planner } from './plan.ts'
import type { Supergraph } from './supergraph.ts'

/** A validated document, which of its operations to run (null: its only one), and with which variables. */
export type OperationRequest = {
  document: DocumentNode
  operationName: string | null
  variables: Record<string, unknown>
}

/**
 * What is known of a subscription's answer before anybody is asked: the data of the plan's `primary`, by response names
 * (changed while running), and what is missing from them, at its path in the answer.
 */
export type Given = {
  data: Record<string, unknown>
  lost: { path: ErrorPath; message: string; code: string; service: string }[]
}

/** Answers an operation; a subscription only if one update's data are `given`. */
export type Executor = (request: OperationRequest, caller: Caller, given?: Given) => Promise<ExecutionResult>

/**
 * Makes the function that answers an operation, by Apollo's `executeQueryPlan`. That gives a fetch that failed no place
 * in the answer; so no fetch fails (see fetch.ts), and what was lost is told at its paths afterwards (losses.ts).
 * What the caller may not have is not even planned for (authorization/).
 */
export function createExecutor(options: {
  supergraph: Supergraph
  planner: Planner
  fetch: Fetcher
  log: Logger
}): Executor {
  const { supergraph, planner, log } = options
  const services = dataSources(supergraph, options.fetch)

  const execute: Executor = async ({ document, operationName, variables }, caller, given) => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return invalid('There is no such operation in the document.', code.badUserInput)
    if (operation.operation === OperationTypeNode.SUBSCRIPTION && !given) {
      return invalid('Subscriptions are not answered here.', code.subscriptionNotSupported)
    }
    const { coerced, errors } = getVariableValues(
      supergraph.clientSchema,
      operation.variableDefinitions ?? [],
      variables,
      { maxErrors: 20 },
    )
    if (errors) return invalidVariables(errors)

    const plan = planner(document, operationName ?? undefined)
    const run: Run = { caller, plan, losses: lossesOf(given), roots: [], given: given?.data }
    const fragments = fragmentsOf(document)
    const operationContext = { schema: supergraph.clientSchema, operation, fragments: Object.fromEntries(fragments) }
    const result = await executeQueryPlan(
      runnable(plan.queryPlan),
      services,
      requestContext(variables, run, log),
      operationContext,
      supergraph.fullSchema,
      supergraph.apiSchema,
    )
    const lost = lossErrors(run.losses, merged(run.roots), operation.selectionSet, {
      schema: supergraph.fullSchema,
      fragments,
      variables: coerced,
    })
    // Fetches report no errors, so result.errors are the executor's own: formatError logs them and hides them.
    const found = [...lost, ...(result.errors ?? [])]
    return {
      data: result.data ?? null,
      ...withErrors([...found, ...completionErrors(result.extensions?.valueCompletion, found)]),
    }
  }
  return authorized(supergraph, execute)
}

/** `executeQueryPlan` asks these by the subgraph's name; whatever they need to know of the run is in its context. */
function dataSources(supergraph: Supergraph, fetch: Fetcher): Services {
  const sources = [...supergraph.subgraphs.keys()].map((service) => {
    const process: Services[string]['process'] = async (options) => {
      const run = options.context.run as Run // put there by requestContext below
      const at = 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : []
      const { query = '', operationName, variables = {} } = options.request
      // Entities have a place; at the root it would be a client's variable of this name.
      const representations = at.length ? (variables.representations ?? null) : null
      // At the root of a subscription's plan there is its primary only.
      const given = at.length === 0 ? run.given : undefined
      const data = given ?? (await fetch({ service, query, operationName, variables, representations, at }, run))
      if (data && !representations && at.length === 0) run.roots.push(data)
      return { data }
    }
    return [service, { process }] as const
  })
  return Object.fromEntries(sources)
}

/** `executeQueryPlan` refuses the node of a subscription: here it is a sequence that begins with what is given. */
function runnable(plan: QueryPlan): QueryPlan {
  if (plan.node?.kind !== 'Subscription') return plan
  const { primary, rest } = plan.node
  return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: rest ? [primary, rest] : [primary] } }
}

/** What is lost already has its place in the whole answer. */
const lossesOf = (given: Given | undefined): Loss[] =>
  (given?.lost ?? []).map((lost) => ({ ...lost, at: [], operation: '', representations: null }))

type Services = Parameters<typeof executeQueryPlan>[1]

/** The little of a gateway's request that `executeQueryPlan` reads. */
function requestContext(variables: Record<string, unknown>, run: Run, logger: Logger) {
  const context = { request: { variables }, context: { run }, metrics: {}, logger }
  return context as unknown as Parameters<typeof executeQueryPlan>[2] // the rest is for ApolloGateway's plugins
}

/** All that was fetched, as one object: later fetches were merged into these very objects by the executor. */
function merged(roots: Record<string, unknown>[]): Record<string, unknown> {
  const all: Record<string, unknown> = Object.create(null)
  for (const root of roots) for (const [name, value] of Object.entries(root)) all[name] ??= value
  return all
}

/** A null where there must be none, which no error explains yet. */
function completionErrors(found: unknown, told: readonly GraphQLError[]): GraphQLError[] {
  const errors = Array.isArray(found) ? found.filter((error) => error instanceof GraphQLError) : []
  const isTold = ({ path = [] }: GraphQLError) =>
    told.some((error) => (error.path ?? []).every((key, index) => index >= path.length || path[index] === key))
  return errors
    .filter((error) => !isTold(error))
    .map(({ message, path }) => new GraphQLError(message, { path, extensions: { code: code.subgraphInvalid } }))
}

const invalid = (message: string, errorCode: string) => ({ errors: [clientError(message, errorCode)] })
const withErrors = (errors: GraphQLError[]) => (errors.length ? { errors } : {})
