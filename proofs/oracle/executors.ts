import { type DocumentNode, type ExecutionResult, getOperationAST, getVariableValues } from 'graphql'
import { pino } from 'pino'
import { createOperationCompiler } from '../../router/executor/planning/plan-and-compile.ts'
import { bodyOf } from '../../router/executor/run/fetch.ts'
import { runOperation } from '../../router/executor/run/run-operation.ts'
import { createFallback, type Planner } from '../../router/fallback/fallback.ts'
import type { Caller, EventData, OperationRequest } from '../../router/operation.ts'
import { createExecutor } from '../../router/request/execute.ts'
import { createSend } from '../../router/upstream/send.ts'
import type { Setup } from './setup.ts'
import type { Send } from './subgraphs.ts'

/** What a subscription's owner is asked for an event; null: it is no subscription. */
type EventAsked = { service: string; body: string } | null

/** Those that are compared with the truth. `given`: what a subscription's event brought. */
export type Rival = {
  name: 'apollo' | 'compiled'
  event: (request: OperationRequest) => EventAsked
  ask: (request: OperationRequest, given?: EventData['data']) => Promise<ExecutionResult>
}

/** What the compiled executor leaves to the other one; nothing of this kind is in a supergraph of ours. */
class NotCompiled extends Error {}

const caller: Caller = { claims: null, headers: {} }

/** All executors there are. */
export const rivals = (setup: Setup, planner: Planner, send: Send): Rival[] => [
  apollo(setup, planner, send),
  compiled(setup, send),
]

/** Apollo's executeQueryPlan, as the router runs it. */
function apollo({ supergraph }: Setup, planner: Planner, post: Send): Rival {
  const log = pino({ level: 'silent' })
  const send = createSend({ supergraph, post, secret: undefined, log })
  const execute = createExecutor({ supergraph, prepare: createFallback({ supergraph, planner, send, log }) })
  return {
    name: 'apollo',
    event: ({ document, operationName, variables }) => {
      const { node } = planner(document, operationName)
      if (node?.kind !== 'Subscription') return null
      const { serviceName, operation, operationName: name } = node.primary
      return { service: serviceName, body: JSON.stringify({ query: operation, operationName: name, variables }) }
    },
    ask: (request, data) => execute(request, caller, data && { data: structuredClone(data), failures: [] }),
  }
}

function compiled({ supergraph }: Setup, send: Send): Rival {
  const compile = createOperationCompiler(supergraph)
  const compiledBefore = new WeakMap<DocumentNode, ReturnType<typeof compile>>()
  const prepare = ({ document, operationName }: OperationRequest) => {
    const prepared = compiledBefore.get(document) ?? compile(document, operationName)
    compiledBefore.set(document, prepared)
    if ('uncompiled' in prepared) throw new NotCompiled(prepared.uncompiled)
    return prepared
  }
  const sendBody = async (service: string, body: string) => {
    const url = supergraph.subgraphs.get(service)
    if (!url) throw new Error(`No subgraph ${service}`)
    return send({ url, body })
  }
  return {
    name: 'compiled',
    event: (request) => {
      const { primary } = prepare(request)
      return primary && { service: primary.fetch.service, body: bodyOf(primary.fetch, null, request.variables, {}) }
    },
    ask: async (request, data) => {
      const { document, operationName, variables } = request
      const prepared = prepare(request)
      const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
      const { coerced, errors } = getVariableValues(supergraph.clientSchema, definitions, variables)
      if (errors) return { errors }
      const event = data && { data: structuredClone(data), failures: [] }
      return runOperation(prepared, { variables, coerced, caller }, sendBody, { event })
    },
  }
}
