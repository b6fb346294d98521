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
  const formatErrors = (errors: readonly GraphQLError[], { tokenHint }: LiveCaller) =>
    errors.map((error) => withTokenHint(formatError(error), tokenHint))
  const runToCompletion = async (request: OperationRequest, caller: LiveCaller): Promise<Outcome> => {
    const { data, errors = [] } = await execute(request, caller)
    const formatted = formatErrors(errors, caller)
    if (data === undefined) return { errors: formatted }
    return { result: JSON.stringify({ data, ...(formatted.length && { errors: formatted }) }) }
  }

  return async (operation, caller, sink) => {
    const { request, kind } = operation
    try {
      if (kind === OperationTypeNode.SUBSCRIPTION) {
        const started = await subscribe(operation, caller, sink)
        return 'errors' in started ? { errors: formatErrors(started.errors, caller) } : { subscription: started }
      }
      const release = await admission.admit(caller.quotaKey ?? '')
      if (!release) return { errors: formatErrors([overloadedError()], caller) }
      return await runToCompletion(request, caller).finally(release)
    } catch (error) {
      log.error({ requestId: caller.headers['x-request-id'], err: error }, 'operation failed')
      return { errors: [internalError] }
    }
  }
}

/** Adds to an error that a token is missing where it was expected. */
const withTokenHint = (error: GraphQLFormattedError, hint?: string): GraphQLFormattedError =>
  hint && error.extensions?.code === code.unauthenticated ? { ...error, message: `${error.message} ${hint}` } : error

/** An error of the router as clients get it. */
export const formattedError = (message: string, errorCode: ErrorCode): GraphQLFormattedError => ({
  message,
  extensions: { code: errorCode },
})

/** The error of an operation in which an unexpected exception occurred. */
export const internalError = formattedError(INTERNAL_ERROR_MESSAGE, code.internal)

/** Why the token of a live connection is no longer accepted, in less than 123 bytes; null while it is. */
export function tokenEnd(
  { expiresAt, revocable }: Pick<LiveCaller, 'expiresAt' | 'revocable'>,
  isRevoked: Revocations['isRevoked'],
): string | null {
  if (expiresAt !== null && expiresAt <= Date.now())
    return `The token expired at ${timeOf(expiresAt)}: connect again with a new one.`
  if (revocable && isRevoked(revocable))
    return `The token issued at ${timeOf(revocable.issuedAt * 1_000)} has been revoked: connect again with a new one.`
  return null
}

/** As 2026-11-29T13:30:00Z. */
const timeOf = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, '')

/** The error of an operation beyond LIVE_OPERATIONS_PER_CONNECTION or LIVE_OPERATIONS_PER_USER. */
export const tooManyOperationsError = formattedError(
  'Too many operations are under way at once.',
  code.tooManyOperations,
)
