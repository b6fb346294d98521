import { type GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import type { Logger } from '../../chassis/log.ts'
import { clientError, code, type FormatError, INTERNAL_ERROR_MESSAGE, OVERLOADED_MESSAGE } from '../errors.ts'
import type { Gate } from '../limits/gate.ts'
import type { Executor, OperationRequest } from '../operation.ts'
import type { ReadOperation } from '../request/documents.ts'
import type { Sink, Subscriber, Subscription } from './types.ts'

/** Starts a subscription on a validated document. Refusals are GraphQL errors told before anything is subscribed. */
export type Subscribe = (
  request: OperationRequest,
  who: Subscriber,
  sink: Sink,
) => Promise<Subscription | { errors: readonly GraphQLError[] }>

/** What came of an operation: it is refused, or answered (the JSON text of a result), or goes on by its sink. */
export type Outcome = { errors: readonly GraphQLFormattedError[] } | { result: string } | { subscription: Subscription }

/** Runs any operation of a client that stays connected; never throws. */
export type Run = (operation: ReadOperation, who: Subscriber, sink: Sink) => Promise<Outcome>

/** Makes the function behind both transports: what they run, and what clients are told of errors. */
export function createRun(options: {
  execute: Executor
  subscribe: Subscribe
  gate: Gate
  formatError: FormatError
  log: Logger
}): Run {
  const { execute, subscribe, gate, formatError, log } = options
  const told = (errors: readonly GraphQLError[]) => errors.map(formatError)
  const answer = async (request: OperationRequest, who: Subscriber): Promise<Outcome> => {
    const { data, errors = [] } = await execute(request, who)
    if (data === undefined) return { errors: told(errors) }
    return { result: JSON.stringify({ data, ...(errors.length && { errors: told(errors) }) }) }
  }

  return async ({ request, kind }, who, sink) => {
    try {
      if (kind === OperationTypeNode.SUBSCRIPTION) {
        const started = await subscribe(request, who, sink)
        return 'errors' in started ? { errors: told(started.errors) } : { subscription: started }
      }
      const leave = await gate.enter()
      if (!leave) return { errors: told([clientError(OVERLOADED_MESSAGE, code.overloaded)]) }
      return await answer(request, who).finally(leave)
    } catch (error) {
      log.error({ requestId: who.headers['x-request-id'], err: error }, 'operation failed')
      return { errors: [ourFault] }
    }
  }
}

/** An error of ours, as clients get it. */
export const plainError = (message: string, errorCode: string): GraphQLFormattedError => ({
  message,
  extensions: { code: errorCode },
})

/** What an operation is told that met a bug. */
export const ourFault = plainError(INTERNAL_ERROR_MESSAGE, code.internal)

/** What an operation is told when the token of its connection is no longer good. */
export const tokenExpired = plainError(
  'The token has expired: connect again with a new one and go on by `after`.',
  'TOKEN_EXPIRED',
)

/** What an operation is told that is one too many. */
export const tooMany = plainError('Too many operations are under way at once.', 'TOO_MANY_OPERATIONS')
