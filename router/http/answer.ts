import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql'
import { code, type FormatError, refused } from '../errors.ts'
import type { WorkQueue } from '../limits/work-queue.ts'
import type { Caller, Executor } from '../operation.ts'
import { type ReadInTurn, refusal } from '../request/in-turns.ts'
import { GRAPHQL, negotiate } from '../request/negotiate.ts'
import { refusalByGet } from '../request/read-operation.ts'
import type { Persisted } from './persisted.ts'
import type { Params, ReadRequest } from './read.ts'

/** `retryAfter` is in seconds. */
export type HttpAnswer = { status: number; type: string; body: string; allow?: string; retryAfter?: number }

/** Answers a GraphQL request by the GraphQL-over-HTTP specification; never throws for the request's faults. */
export type Answerer = (
  request: Omit<ReadRequest, 'isLarge'> & { accept: string | undefined; isLarge?: boolean },
  caller: Caller,
) => Promise<HttpAnswer>

/** Creates the function that answers a request, from its parameters to the text of the response. */
export function createAnswerer(options: {
  readOperation: ReadInTurn
  persisted: Persisted
  execute: Executor
  formatError: FormatError
  /** Gets the errors of each answer whose status does not say that it has failed. */
  onErrors?: ((errors: readonly GraphQLFormattedError[]) => void) | undefined
  /** Counts the milliseconds that an answer took against its client, and starts large requests in turns. */
  work: Pick<WorkQueue, 'run' | 'charge'>
}): Answerer {
  const { readOperation, persisted, execute, formatError, onErrors, work } = options

  const textOf = ({ data, errors }: ExecutionResult, status: number) => {
    if (!errors) return JSON.stringify({ data })
    const formatted = errors.map(formatError)
    if (status < 500) onErrors?.(formatted)
    return JSON.stringify({ errors: formatted, data })
  }

  /** Errors without data mean that the operation was not executed, for instance because of its variables. */
  const answerOf = (result: ExecutionResult, type: string): HttpAnswer => {
    const [error] = result.data === undefined ? (result.errors ?? []) : []
    const { retryAfter } = error?.extensions ?? {}
    const status = error ? statusOf(error, type) : 200
    return {
      status,
      type,
      body: textOf(result, status),
      ...(typeof retryAfter === 'number' && { retryAfter }),
    }
  }

  const answer = async (method: 'GET' | 'POST', params: Params, type: string, caller: Caller): Promise<HttpAnswer> => {
    const { extensions = null } = params
    if (typeof extensions !== 'object' || Array.isArray(extensions))
      return answerOf(refused('`extensions` must be an object.', code.badRequest), type)
    const found = persisted(params.query, extensions, caller.quotaKey ?? '')
    if ('errors' in found) return answerOf(found, type)
    const { query } = found
    const reading = readOperation({ ...params, query }, caller.quotaKey ?? '')
    // What is known is run at once, so that a turn includes what large variables take there.
    const read = reading instanceof Promise ? await reading : reading
    if ('errors' in read) return answerOf(read, type)
    const notByGet = method === 'GET' ? refusalByGet(read) : null
    if (notByGet) return { ...answerOf(refused(notByGet, code.badRequest), type), status: 405, allow: 'POST' }

    const result = await execute(read.request, caller)
    // Not CPU time: reading that twice costs more than writing most answers, and nothing else runs in between.
    const startedAt = performance.now()
    const answered = answerOf(result, type)
    work.charge(caller.quotaKey ?? '', performance.now() - startedAt)
    return answered
  }
  const answerInTurn = async (...request: Parameters<typeof answer>): Promise<HttpAnswer> => {
    const [, , type, caller] = request
    const started = await work.run(caller.quotaKey ?? '', () => ({ answering: answer(...request) }))
    return 'refused' in started ? answerOf(refusal(started), type) : started.result.answering
  }
  return ({ method, accept, params, isLarge = false }, caller) => {
    const type = negotiate(accept)
    if (type === null) return Promise.resolve(notAcceptable)
    return (isLarge ? answerInTurn : answer)(method, params, type, caller)
  }
}

const notAcceptable: HttpAnswer = {
  status: 406,
  type: 'application/json',
  body: JSON.stringify({
    errors: [
      {
        message: 'GraphQL is answered as application/graphql-response+json or application/json.',
        extensions: { code: code.badRequest },
      },
    ],
  }),
}

/**
 * The status of a response without data. Clients that accept only JSON may not read the body of other statuses than 200, so
 * they get the errors of an operation with 200.
 */
function statusOf(error: GraphQLError | undefined, type: string): number {
  const errorCode = error?.extensions.code
  if (errorCode === code.persistedQueryNotFound) return 200
  if (errorCode === code.badRequest || errorCode === code.persistedQueryMismatch) return 400
  if (errorCode === code.internal) return 500
  if (errorCode === code.rateLimited) return 429
  if (errorCode === code.overloaded) return 503
  return type === GRAPHQL ? 400 : 200
}
