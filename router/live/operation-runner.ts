import { type GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import type { Logger } from '../../chassis/log.ts'
import { code, type ErrorCode, type FormatError, INTERNAL_ERROR_MESSAGE, overloadedError } from '../errors.ts'
import type { Revocations } from '../identity/revocations.ts'
import type { Admission } from '../limits/load.ts'
import type { Executor, OperationRequest } from '../operation.ts'
import type { ValidOperation } from '../request/read-operation.ts'
import type { LiveCaller, Sink, Subscription } from './types.ts'

/** Starts a valid subscription, or returns the errors for which it is refused. */
export type Subscribe = (
  operation: ValidOperation,
  caller: LiveCaller,
  sink: Sink,
) => Promise<Subscription | { errors: readonly GraphQLError[] }>

/** The outcome of starting an operation: errors, a complete result as JSON text, or a subscription that uses the sink. */
export type Outcome = { errors: readonly GraphQLFormattedError[] } | { result: string } | { subscription: Subscription }

/** Runs any operation of a live connection; never throws. */
export type RunOperation = (operation: ValidOperation, caller: LiveCaller, sink: Sink) => Promise<Outcome>

/** Creates the function with which both transports run operations. */
export function createOperationRunner(options: {
  execute: Executor
  subscribe: Subscribe
  admission: Admission
  formatError: FormatError
  log: Logger
}): RunOperation {
  const { execute, subscribe, admission, formatError, log } = options
  const formatErrors = (errors: readonly GraphQLError[]) => errors.map(formatError)
  const runToCompletion = async (request: OperationRequest, caller: LiveCaller): Promise<Outcome> => {
    const { data, errors = [] } = await execute(request, caller)
    if (data === undefined) return { errors: formatErrors(errors) }
    return { result: JSON.stringify({ data, ...(errors.length && { errors: formatErrors(errors) }) }) }
  }

  return async (operation, caller, sink) => {
    const { request, kind } = operation
    try {
      if (kind === OperationTypeNode.SUBSCRIPTION) {
        const started = await subscribe(operation, caller, sink)
        return 'errors' in started ? { errors: formatErrors(started.errors) } : { subscription: started }
      }
      const release = await admission.admit(caller.quotaKey ?? '')
      if (!release) return { errors: formatErrors([overloadedError()]) }
      return await runToCompletion(request, caller).finally(release)
    } catch (error) {
      log.error({ requestId: caller.headers['x-request-id'], err: error }, 'operation failed')
      return { errors: [internalError] }
    }
  }
}

/** An error of the router as clients get it. */
export const formattedError = (message: string, errorCode: ErrorCode): GraphQLFormattedError => ({
  message,
  extensions: { code: errorCode },
})

/** The error of an operation in which an unexpected exception occurred. */
export const internalError = formattedError(INTERNAL_ERROR_MESSAGE, code.internal)

/** Why a connection ends with its token, and the error of each operation on it. */
const EXPIRED = {
  reason: 'The token has expired.',
  error: formattedError('The token has expired: connect again with a new one and go on by `after`.', code.tokenExpired),
}
const REVOKED = {
  reason: 'The token has been revoked.',
  error: formattedError(
    'The token has been revoked: connect again with a new one and go on by `after`.',
    code.tokenRevoked,
  ),
}
export type TokenEnd = typeof EXPIRED

/** Why the token of a live connection is no longer accepted; null while it is. */
export function tokenEnd(
  { expiresAt, revocable }: Pick<LiveCaller, 'expiresAt' | 'revocable'>,
  isRevoked: Revocations['isRevoked'],
): TokenEnd | null {
  if (expiresAt !== null && expiresAt <= Date.now()) return EXPIRED
  return isRevoked(revocable) ? REVOKED : null
}

/** The error of an operation beyond LIVE_OPERATIONS_PER_CONNECTION or LIVE_OPERATIONS_PER_USER. */
export const tooManyOperationsError = formattedError(
  'Too many operations are under way at once.',
  code.tooManyOperations,
)
