import { type ExecutionResult, getVariableValues, OperationTypeNode } from 'graphql'
import { createRestrictedRights } from '../authorization/rights.ts'
import { code, invalidVariables, refused, VARIABLE_COERCION_OPTIONS } from '../errors.ts'
import type { Answer, Executor, Prepared } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { PrepareInTurn } from './in-turns.ts'

/** Creates the executor of operations. Fields that the caller may not have are not planned (authorization/). */
export function createExecutor({ supergraph, prepare }: { supergraph: Supergraph; prepare: PrepareInTurn }): Executor {
  const restrictedRights = createRestrictedRights(supergraph)
  return ({ operation, variables }, caller, given) => {
    if (operation.operation === OperationTypeNode.SUBSCRIPTION && !given) {
      return Promise.resolve(refused(SUBSCRIPTION_MESSAGE, code.subscriptionNotSupported))
    }
    const definitions = operation.variableDefinitions ?? []
    const { coerced, errors } = getVariableValues(
      supergraph.clientSchema,
      definitions,
      variables,
      VARIABLE_COERCION_OPTIONS,
    )
    if (errors) return Promise.resolve(invalidVariables(errors))
    const rights = restrictedRights(operation, caller.claims)
    const run = async (prepared: Prepared | ExecutionResult): Promise<Answer> =>
      'run' in prepared ? prepared.run({ variables, coerced, caller }, given) : prepared
    const prepared = prepare({ operation, coerced, rights }, caller.quotaKey)
    if (prepared instanceof Promise) return prepared.then(run)
    return prepared.run({ variables, coerced, caller }, given)
  }
}

const SUBSCRIPTION_MESSAGE =
  'Send subscriptions over a WebSocket (graphql-transport-ws), or with `accept: text/event-stream`.'
