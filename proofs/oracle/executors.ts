import { type ExecutionResult, getVariableValues } from 'graphql'
import { pino } from 'pino'
import { bodyOf } from '../../router/executor/run/fetch.ts'
import { runOperation } from '../../router/executor/run/run-operation.ts'
import { copyOf } from '../../router/executor/selection/json.ts'
import { prepareWithApollo } from '../../router/fallback/fallback.ts'
import type { Caller, EventData } from '../../router/operation.ts'
import { createExecutor } from '../../router/request/execute.ts'
import { createSend } from '../../router/upstream/send.ts'
import type { OpenSupergraph } from './open-supergraph.ts'
import { type OperationRequest, operationOf } from './request.ts'
import type { Send } from './subgraphs.ts'

/** The request for a subscription's event; null for other operations. */
type PrimaryRequest = { service: string; body: string } | null

/** An executor to compare with the expected answer. `eventData` are the data of a subscription's event. */
export type TestedExecutor = {
  name: 'apollo' | 'compiled'
  event: (request: OperationRequest) => PrimaryRequest
  run: (request: OperationRequest, eventData?: EventData['data']) => Promise<ExecutionResult>
}

const caller: Caller = { claims: null, headers: {} }

/** All executors that are compared. */
export const testedExecutors = (supergraph: OpenSupergraph, send: Send): TestedExecutor[] => [
  apollo(supergraph, send),
  compiled(supergraph, send),
]

/** Apollo's executeQueryPlan. */
function apollo({ setup: { supergraph }, planner }: OpenSupergraph, post: Send): TestedExecutor {
  const log = pino({ level: 'silent' })
  const send = createSend({ supergraph, post, keys: new Map(), log })
  const execute = createExecutor({ supergraph, prepare: prepareWithApollo({ supergraph, planner, send, log }) })
  return {
    name: 'apollo',
    event: (request) => {
      const { node } = planner(operationOf(request, supergraph.clientSchema))
      if (node?.kind !== 'Subscription') return null
      const { serviceName, operation: query, operationName } = node.primary
      const { variables } = request
      return { service: serviceName, body: JSON.stringify({ query, operationName, variables }) }
    },
    run: (request, data) =>
      execute(
        { operation: operationOf(request, supergraph.clientSchema), variables: request.variables },
        caller,
        data && { data: copyOf(data), failures: [] },
      ),
  }
}

function compiled({ setup: { supergraph }, compile }: OpenSupergraph, send: Send): TestedExecutor {
  const coerce = (request: OperationRequest) => {
    const definitions = operationOf(request, supergraph.clientSchema).variableDefinitions ?? []
    return getVariableValues(supergraph.clientSchema, definitions, request.variables)
  }
  const sendBody = async (service: string, body: string) => {
    const url = supergraph.subgraphs.get(service)
    if (!url) throw new Error(`No subgraph ${service}`)
    return send({ url, body })
  }
  return {
    name: 'compiled',
    event: (request) => {
      const { primary } = compile(operationOf(request, supergraph.clientSchema), coerce(request).coerced ?? {})
      return primary && { service: primary.fetch.service, body: bodyOf(primary.fetch, null, request.variables, {}) }
    },
    run: async (request, data) => {
      const { coerced, errors } = coerce(request)
      if (errors) return { errors }
      const event = data && { data: copyOf(data), failures: [] }
      const compiled = compile(operationOf(request, supergraph.clientSchema), coerced)
      return runOperation(compiled, { variables: request.variables, coerced, caller }, sendBody, { event })
    },
  }
}
