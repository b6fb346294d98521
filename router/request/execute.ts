import { getOperationAST, getVariableValues, OperationTypeNode } from 'graphql'
import { withAuthorization } from '../authorization/with-authorization.ts'
import { clientError, code, invalidVariables, VARIABLE_COERCION_OPTIONS } from '../errors.ts'
import type { Executor, Prepare } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'

/** Creates the executor of operations. Fields that the caller may not have are removed before planning (authorization/). */
export function createExecutor({ supergraph, prepare }: { supergraph: Supergraph; prepare: Prepare }): Executor {
  const execute: Executor = async ({ document, operationName, variables }, caller, given) => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return invalid('There is no such operation in the document.', code.badUserInput)
    if (operation.operation === OperationTypeNode.SUBSCRIPTION && !given) {
      return invalid(
        'Send subscriptions over a WebSocket (graphql-transport-ws), or with `accept: text/event-stream`.',
        code.subscriptionNotSupported,
      )
    }
    const definitions = operation.variableDefinitions ?? []
    const { coerced, errors } = getVariableValues(
      supergraph.clientSchema,
      definitions,
      variables,
      VARIABLE_COERCION_OPTIONS,
    )
    if (errors) return invalidVariables(errors)
    return prepare(document, operationName).run({ variables, coerced, caller }, given)
  }
  return withAuthorization(supergraph, execute)
}

const invalid = (message: string, errorCode: string) => ({ errors: [clientError(message, errorCode)] })
