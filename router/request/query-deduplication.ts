import { type ExecutionResult, OperationTypeNode } from 'graphql'
import type { Logger } from '../../chassis/log.ts'
import type { Caller, Executor, Operation, OperationRequest } from '../operation.ts'

/** Headers that differ in each request but do not affect the result. */
const PER_REQUEST_HEADERS = new Set(['x-request-id', 'traceparent'])

/** `answer` is null when it is there. */
type InFlightQuery = { answer: Promise<ExecutionResult> | null; requestId: string | undefined }

/**
 * Creates a function that wraps executors so that equal queries under way at once run once, over all transports. Queries
 * are equal if they have the same cached operation, variables, claims and headers. They share one result, which must not be
 * changed, or one failure. A client that disconnects does not affect the others.
 *
 * A client that has the result of a mutation sees its effect: no later query joins one that started before. This holds
 * within one process; mutations through another one are not noticed.
 */
export function createQueryDeduplication(log: Logger): (execute: Executor) => Executor {
  const inFlight = new Map<string, InFlightQuery>()
  const numbers = new WeakMap<Operation, number>()
  let operations = 0

  const numberOf = (operation: Operation): number => {
    const known = numbers.get(operation)
    if (known !== undefined) return known
    numbers.set(operation, operations)
    return operations++
  }
  const join = (key: string, { headers }: Caller, run: () => Promise<ExecutionResult>): Promise<ExecutionResult> => {
    const requestId = headers['x-request-id']
    const known = inFlight.get(key)
    if (known?.answer) {
      log.debug({ requestId, answeredWith: known.requestId }, 'an equal query is under way')
      return known.answer
    }
    const answer = run()
    const entry: InFlightQuery = { answer, requestId }
    inFlight.set(key, entry)
    const remove = () => {
      // Maps replace their tables as entries come and go. Each table that has grown old keeps the next one and its entries until
      // the next full collection, so that every answer would outlive the collections of the young generation.
      entry.answer = null
      // A mutation may have removed this entry, and another query may have taken its place.
      if (inFlight.get(key) === entry) inFlight.delete(key)
    }
    answer.then(remove, remove)
    return answer
  }

  return (execute) => (request, caller, given) => {
    const { operation: kind } = request.operation
    if (kind === OperationTypeNode.MUTATION) {
      // Queries that started during the mutation may not see its effect.
      return execute(request, caller, given).finally(() => inFlight.clear())
    }
    const key = kind === OperationTypeNode.QUERY ? keyOf(request, caller) : null
    if (key === null) return execute(request, caller, given)
    return join(`${numberOf(request.operation)} ${key}`, caller, () => execute(request, caller))
  }
}

/** Everything besides the operation that affects the result; null if the variables are nested too deeply for JSON. */
function keyOf({ variables }: OperationRequest, { claims, headers }: Caller): string | null {
  const forwarded: string[] = []
  for (const name in headers) if (!PER_REQUEST_HEADERS.has(name)) forwarded.push(name, headers[name] ?? '')
  try {
    return JSON.stringify([variables, claims, forwarded])
  } catch {
    return null
  }
}
