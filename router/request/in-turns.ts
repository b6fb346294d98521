import type { ExecutionResult } from 'graphql'
import { overloadedError, rateLimitedError } from '../errors.ts'
import type { WorkQueue, WorkRefused } from '../limits/work-queue.ts'
import type { PlanRequest, Prepared } from '../operation.ts'
import type { CachedByPlan } from './plan-cache.ts'
import type { OperationParams, ReadOperation } from './read-operation.ts'

/** Reads an operation for a client; one that is not known yet when it is the client's turn. */
export type ReadInTurn = (
  params: OperationParams,
  client: string,
) => ReturnType<ReadOperation> | Promise<ReturnType<ReadOperation>>

/** Reading in turns (limits/work-queue.ts). What is known is read at once. Adds RATE_LIMITED and OVERLOADED to its errors. */
export function readInTurns(read: ReadOperation, work: WorkQueue): ReadInTurn {
  const underWay = new Map<unknown, Promise<unknown>>()

  const readNew = async (params: OperationParams, client: string) => {
    const { query } = params
    // After a start many clients send one text at once. The first one reads it.
    const reading = underWay.get(query)
    if (reading) await reading
    if (read.knows(query)) return read(params, client)
    const done = work.run(client, () => read(params, client))
    const settled = done.then(
      () => underWay.delete(query),
      () => underWay.delete(query),
    )
    underWay.set(query, settled)
    const outcome = await done
    return 'refused' in outcome ? refusal(outcome) : outcome.result
  }
  return (params, client) => (read.knows(params.query) ? read(params, client) : readNew(params, client))
}

/** Planning in turns. What is planned is returned at once. */
export type PrepareInTurn = (request: PlanRequest, client?: string) => Prepared | Promise<Prepared | ExecutionResult>

export function prepareInTurns(prepare: CachedByPlan<Prepared>, work: WorkQueue): PrepareInTurn {
  return (request, client = '') => {
    if (prepare.knows(request)) return prepare(request, client)
    const task = () => prepare(request, client)
    return work.run(client, task).then((done) => ('refused' in done ? refusal(done) : done.result))
  }
}

const refusal = (refused: WorkRefused) => ({
  errors: [refused.refused === 'rateLimited' ? rateLimitedError(refused.waitMs) : overloadedError()],
})
