import { type DocumentNode, type ExecutionResult, getOperationAST, getVariableValues } from 'graphql'
import { pino } from 'pino'
import { createExecutor, type Given, type OperationRequest } from '../execute.ts'
import { createCompiler } from '../executor/compiler.ts'
import { run } from '../executor/run.ts'
import { type Caller, createFetcher } from '../fetch.ts'
import type { Planner } from '../plan.ts'
import type { Setup } from './setup.ts'
import type { Send } from './subgraphs.ts'

/** Those that are compared with the truth. `given`: what a subscription's event brought. */
export type Rival = {
  name: 'apollo' | 'compiled'
  ask: (request: OperationRequest, given?: Given['data']) => Promise<ExecutionResult>
}

/** What the compiled executor leaves to the other one; nothing of this kind is in a supergraph of ours. */
export class NotCompiled extends Error {}

const caller: Caller = { claims: null, headers: {} }

/** All executors there are. */
export const rivals = (setup: Setup, planner: Planner, send: Send): Rival[] => [
  apollo(setup, planner, send),
  compiled(setup, send),
]

/** Apollo's executeQueryPlan, as the router runs it. */
function apollo({ supergraph }: Setup, planner: Planner, send: Send): Rival {
  const log = pino({ level: 'silent' })
  const fetch = createFetcher({ supergraph, send, secret: undefined, log })
  const execute = createExecutor({ supergraph, planner, fetch, log })
  return {
    name: 'apollo',
    ask: (request, data) => execute(request, caller, data && { data: structuredClone(data), lost: [] }),
  }
}

function compiled({ supergraph }: Setup, send: Send): Rival {
  const compile = createCompiler(supergraph)
  const compiledBefore = new WeakMap<DocumentNode, ReturnType<typeof compile>>()
  const ask: Rival['ask'] = async (request, data) => {
    const { document, operationName, variables } = request
    const prepared = compiledBefore.get(document) ?? compile(document, operationName)
    compiledBefore.set(document, prepared)
    if ('uncompiled' in prepared) throw new NotCompiled(prepared.uncompiled)
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
    const { coerced, errors } = getVariableValues(supergraph.clientSchema, definitions, variables)
    if (errors) return { errors }
    const sendBody = async (service: string, body: string) => {
      const url = supergraph.subgraphs.get(service)
      if (!url) throw new Error(`No subgraph ${service}`)
      return send({ url, body })
    }
    const given = data && { data: structuredClone(data), lost: [] }
    return run(prepared, { variables, coerced, caller }, sendBody, { given })
  }
  return { name: 'compiled', ask }
}
