import { type DocumentNode, type ExecutionResult, getOperationAST, getVariableValues, OperationTypeNode } from 'graphql'
import { authorized } from '../authorization/authorized.ts'
import {
  clientError,
  code,
  type ErrorPath,
  invalidVariables,
  READING_VARIABLES,
  type SubgraphFault,
} from '../errors.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Caller } from '../upstream/send.ts'
import type { Prepare } from './prepare.ts'

/** A validated document, which of its operations to run (null: its only one), and with which variables. */
export type OperationRequest = {
  document: DocumentNode
  operationName: string | null
  variables: Record<string, unknown>
}

/**
 * What is known of a subscription's answer before anybody is asked: the data of the prepared operation's `primary`, by its
 * response names (changed while running), and what is missing from them, at its path by the same names.
 */
export type Given = {
  data: Record<string, unknown>
  lost: (SubgraphFault & { path: ErrorPath; service: string })[]
}

/** Answers an operation; a subscription only if one update's data are `given`. */
export type Executor = (request: OperationRequest, caller: Caller, given?: Given) => Promise<ExecutionResult>

/** Makes the function that answers operations. What the caller may not have is not even planned for (authorization/). */
export function createExecutor({ supergraph, prepare }: { supergraph: Supergraph; prepare: Prepare }): Executor {
  const execute: Executor = async ({ document, operationName, variables }, caller, given) => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return invalid('There is no such operation in the document.', code.badUserInput)
    if (operation.operation === OperationTypeNode.SUBSCRIPTION && !given) {
      return invalid(
        'A subscription is asked for over a WebSocket (graphql-transport-ws), or with `accept: text/event-stream`.',
        code.subscriptionNotSupported,
      )
    }
    const definitions = operation.variableDefinitions ?? []
    const { coerced, errors } = getVariableValues(supergraph.clientSchema, definitions, variables, READING_VARIABLES)
    if (errors) return invalidVariables(errors)
    return prepare(document, operationName).run({ variables, coerced, caller }, given)
  }
  return authorized(supergraph, execute)
}

const invalid = (message: string, errorCode: string) => ({ errors: [clientError(message, errorCode)] })
