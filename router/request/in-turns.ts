import type { ExecutionResult } from 'graphql'
import { overloadedError, rateLimitedError } from '../errors.ts'
import { createSharedTurns } from '../limits/shared-turns.ts'
import type { BackgroundQueue, WorkQueue, WorkRefused } from '../limits/work-queue.ts'
import type { PlanRequest, Prepared } from '../operation.ts'
import type { Preparer } from './prepare.ts'
import type { OperationParams, ReadOperation } from './read-operation.ts'

/** Reads an operation for a client; one that is not known yet when it is the client's turn. */
export type ReadInTurn = (
  params: OperationParams,
  client: string,
) => ReturnType<ReadOperation> | Promise<ReturnType<ReadOperation>>

/** Reading in turns (limits/work-queue.ts). What is known is read at once. Adds RATE_LIMITED and OVERLOADED to its errors. */
export function readInTurns(read: ReadOperation, work: WorkQueue): ReadInTurn {
  const inSharedTurn = createSharedTurns(work)

  const readNew: ReadInTurn = async (params, client) => {
    const outcome = await inSharedTurn(params.query, client, () => read(params, client))
    if (!outcome) return inTurn(params, client)
    return 'refused' in outcome ? refusal(outcome) : outcome.result
  }
  const inTurn: ReadInTurn = (params, client) => (read.knows(params) ? read(params, client) : readNew(params, client))
  return inTurn
}

/** Returns what is planned at once; anything else when it is the client's turn, with RATE_LIMITED and OVERLOADED. */
export type PrepareInTurn = (request: PlanRequest, client?: string) => Prepared | Promise<Prepared | ExecutionResult>

/** Planning in turns: on this thread, or in the planner's process what takes long there. Neither waits for the other. */
export function prepareInTurns(prepare: Preparer, work: WorkQueue, background: BackgroundQueue): PrepareInTurn {
  const inShortTurn = createSharedTurns(work)
  const inLongTurn = createSharedTurns(background)

  const prepareNew = async (request: PlanRequest, client: string): Promise<Prepared | ExecutionResult> => {
    const key = prepare.keyOf(request)
    const outcome = prepare.isLong(request)
      ? await inLongTurn(key, client, () => prepare.inBackground(request, client))
      : await inShortTurn(key, client, () => prepare.quickly(request, client))
    if (!outcome) return inTurn(request, client)
    if ('refused' in outcome) return refusal(outcome)
    return outcome.result ?? inTurn(request, client) // undefined: it took too long, and is long from now on
  }
  const inTurn: PrepareInTurn = (request, client = '') => prepare.known(request) ?? prepareNew(request, client)
  return inTurn
}

/** The error of work that was refused. */
export const refusal = (refused: WorkRefused) => ({
  errors: [refused.refused === 'rateLimited' ? rateLimitedError(refused.waitMs) : overloadedError()],
})
