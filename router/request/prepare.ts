import { OperationTypeNode } from 'graphql'
import type { Logger } from '../../chassis/log.ts'
import { notPlanned, overloadedError } from '../errors.ts'
import type { CompiledOperation } from '../executor/compile/compile-plan.ts'
import { callsAnySubgraph } from '../executor/compile/steps.ts'
import { TooManyWaiting } from '../executor/planning/background-planner.ts'
import { createOperationCompiler, type OperationCompiler } from '../executor/planning/plan-and-compile.ts'
import { TookTooLong } from '../executor/planning/time-limit.ts'
import { runOperation } from '../executor/run/run-operation.ts'
import { createFallback } from '../fallback/fallback.ts'
import type { Operation, Prepared } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import { type CachedByOperation, cachedByOperation } from './plan-cache.ts'

/** Longer than the largest usual operations need (100 ms), also by a router that has just started. */
const QUICK_MS = 250

/**
 * Creates the function that plans operations and caches them. Operations that cannot be compiled run by Apollo's executor
 * (fallback/); this is logged once for each, and `onFallback` is called at each run. `onPlanned` gets the time of each
 * planning in milliseconds. Operations on which the planner throws are answered with OPERATION_NOT_PLANNED. Queries and
 * mutations whose planning takes longer than `quickMs` are planned in another process, so that others are served.
 */
export function createPrepare(options: {
  supergraph: Supergraph
  send: Send
  log: Logger
  onFallback?: () => void
  onPlanned?: (ms: number) => void
  /** Counts what planning in another process took against the client that sent the operation first. */
  charge?: (client: string, ms: number) => void
  quickMs?: number
  backgroundMs?: number
  compile?: OperationCompiler
}): CachedByOperation<Prepared> {
  const { supergraph, send, log, onFallback = () => {}, onPlanned = () => {}, quickMs = QUICK_MS } = options
  const { charge = () => {} } = options
  const onPlainPlanning = (error: unknown) =>
    log.warn(
      { err: error },
      'planning without argument aliases: a field that is required with different arguments may be wrong',
    )
  const { compile = createOperationCompiler(supergraph, onPlainPlanning, options.backgroundMs) } = options
  const fallback = createFallback(options)

  const refused = (error: unknown): Prepared => {
    if (error instanceof TooManyWaiting) return OVERLOADED
    log.error({ err: error }, 'an operation could not be planned')
    return unplanned(error instanceof TookTooLong)
  }
  const prepared = (operation: Operation, compiled: CompiledOperation | { uncompiled: string }): Prepared => {
    if ('uncompiled' in compiled) {
      log.warn({ reason: compiled.uncompiled }, 'an operation is not compiled')
      const { run: runIt, ...rest } = fallback(operation)
      return {
        ...rest,
        run: (request, given) => {
          onFallback()
          return runIt(request, given)
        },
      }
    }
    const { primary, step } = compiled
    return {
      primary: primary && { service: primary.fetch.service, operation: primary.operation },
      callsSubgraph: (coerced) => callsAnySubgraph(step, coerced),
      run: (request, event) => {
        const warn = (what: object) => log.warn(what, 'answer of the wrong shape')
        return runOperation(compiled, request, send, { event, warn })
      },
    }
  }
  /** Is planned in another process when it first runs. */
  const preparedLater = (operation: Operation, client: string): Prepared => {
    let later: Promise<Prepared> | null = null
    const plan = async () => {
      try {
        return prepared(operation, await compile.inBackground(operation, (ms) => charge(client, ms)))
      } catch (error) {
        if (error instanceof TooManyWaiting) later = null // the next run tries again
        return refused(error)
      }
    }
    const run: Prepared['run'] = async (request) => {
      later ??= plan()
      return (await later).run(request)
    }
    return { primary: null, callsSubgraph: () => true, run }
  }

  return cachedByOperation((operation, client) => {
    const startedAt = performance.now()
    // What a subscription fetches must be known before its events.
    const isLaterPossible = operation.operation !== OperationTypeNode.SUBSCRIPTION
    try {
      return prepared(operation, compile(operation, isLaterPossible ? quickMs : undefined))
    } catch (error) {
      return error instanceof TookTooLong && isLaterPossible ? preparedLater(operation, client) : refused(error)
    } finally {
      onPlanned(performance.now() - startedAt)
    }
  })
}

const OVERLOADED: Prepared = {
  primary: null,
  callsSubgraph: () => false,
  run: async () => ({ errors: [overloadedError()] }),
}

const unplanned = (tookTooLong: boolean): Prepared => ({
  primary: null,
  callsSubgraph: () => false,
  run: async () => notPlanned(tookTooLong),
})
