import { type DocumentNode, type ExecutionResult, getOperationAST, OperationTypeNode } from 'graphql'
import type { Logger } from '../../chassis/log.ts'
import type { Caller, Executor, OperationRequest } from '../operation.ts'

/** The headers that differ with each request, and change no answer. */
const OF_THE_REQUEST = new Set(['x-request-id', 'traceparent'])

type UnderWay = { answer: Promise<ExecutionResult>; requestId: string | undefined }

/**
 * Makes the function that has equal queries under way together answered as one, whatever executor and transport they come
 * by: those of the same document (as `documents` keeps it) with the same variables, claims and headers. They get the same
 * result, which nobody may change, or the same failure; who waits no longer takes nothing from the others.
 *
 * Whoever has the answer to a mutation sees what it did: no query joins one that began before. That holds for one process;
 * of a mutation that went another way nobody here hears.
 */
export function createInFlight(log: Logger): (execute: Executor) => Executor {
  const underWay = new Map<string, UnderWay>()
  const numbers = new WeakMap<DocumentNode, number>()
  let documents = 0

  const numberOf = (document: DocumentNode): number => {
    const number = numbers.get(document) ?? documents++
    numbers.set(document, number)
    return number
  }
  const join = (key: string, { headers }: Caller, run: () => Promise<ExecutionResult>): Promise<ExecutionResult> => {
    const requestId = headers['x-request-id']
    const known = underWay.get(key)
    if (known) {
      log.debug({ requestId, answeredWith: known.requestId }, 'an equal query is under way')
      return known.answer
    }
    const answer = run()
    const mine = { answer, requestId }
    underWay.set(key, mine)
    const forget = () => {
      // A mutation may have had it forgotten, and another have taken its place.
      if (underWay.get(key) === mine) underWay.delete(key)
    }
    answer.then(forget, forget)
    return answer
  }

  return (execute) => (request, caller, given) => {
    const kind = getOperationAST(request.document, request.operationName)?.operation
    if (kind === OperationTypeNode.MUTATION) {
      // What began while it ran may have been answered before it took effect.
      return execute(request, caller, given).finally(() => underWay.clear())
    }
    const key = kind === OperationTypeNode.QUERY ? keyOf(request, caller) : null
    if (key === null) return execute(request, caller, given)
    return join(`${numberOf(request.document)} ${key}`, caller, () => execute(request, caller))
  }
}

/** All that an answer depends on besides the document; null where that is nested too deeply to be told. */
function keyOf({ operationName, variables }: OperationRequest, { claims, headers }: Caller): string | null {
  const forwarded: string[] = []
  for (const name in headers) if (!OF_THE_REQUEST.has(name)) forwarded.push(name, headers[name] ?? '')
  try {
    return JSON.stringify([operationName, variables, claims, forwarded])
  } catch {
    return null
  }
}
