import { getVariableValues, OperationTypeNode } from 'graphql'
import { createRestrictedRights } from '../authorization/rights.ts'
import { code, invalidVariables, refused, VARIABLE_COERCION_OPTIONS } from '../errors.ts'
import type { Executor } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { PrepareInTurn } from './in-turns.ts'

/** Creates the executor of operations. Fields that the caller may not have are not planned (authorization/). */
export function createExecutor({ supergraph, prepare }: { supergraph: Supergraph; prepare: PrepareInTurn }): Executor {
  const restrictedRights = createRestrictedRights(supergraph)
  return async ({ operation, variables }, caller, given) => {
    if (operation.operation === OperationTypeNode.SUBSCRIPTION && !given) {
      return refused(SUBSCRIPTION_MESSAGE, code.subscriptionNotSupported)
    }
    const definitions = operation.variableDefinitions ?? []
    const { coerced, errors } = getVariableValues(
      supergraph.clientSchema,
      definitions,
      variables,
      VARIABLE_COERCION_OPTIONS,
    )
    if (errors) return invalidVariables(errors)
    const rights = restrictedRights(operation, caller.claims)
    const prepared = await prepare({ operation, coerced, rights }, caller.quotaKey)
    return 'run' in prepared ? prepared.run({ variables, coerced, caller }, given) : prepared
  }
}

const SUBSCRIPTION_MESSAGE =
  'Send subscriptions over a WebSocket (graphql-transport-ws), or with `accept: text/event-stream`.'
