import { OperationTypeNode } from 'graphql'
import type { Logger } from '../../chassis/log.ts'
import { notPlanned, overloadedError } from '../errors.ts'
import type { CompiledOperation } from '../executor/compile/compile-plan.ts'
import { fetchesIn } from '../executor/compile/steps.ts'
import { TooManyWaiting } from '../executor/planning/background-planner.ts'
import { createOperationCompiler, NotCompiled, type OperationCompiler } from '../executor/planning/plan-and-compile.ts'
import { TookTooLong } from '../executor/planning/time-limit.ts'
import { runOperation } from '../executor/run/run-operation.ts'
import type { PlanRequest, Prepared } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import { type CachedByPlan, cachedByPlan } from './plan-cache.ts'

/** Longer than the largest usual operations need (100 ms), also by a router that has just started. */
const QUICK_MS = 250

/**
 * Creates the function that plans operations and caches them. `onPlanned` gets the time of each planning in milliseconds.
 * Operations that cannot be planned are logged once and answered with OPERATION_NOT_PLANNED. If ours cannot compile a plan, Apollo's
 * executor runs it (fallback/), which is logged, and `onFallback` called at each run. Queries and mutations whose
 * planning takes longer than `quickMs` are planned in another process, so that others are served.
 */
export function createPrepare(options: {
  supergraph: Supergraph
  send: Send
  log: Logger
  onPlanned?: (ms: number) => void
  onFallback?: () => void
  /** Counts what planning in another process took against the client that sent the operation first. */
  charge?: (client: string, ms: number) => void
  quickMs?: number
  backgroundMs?: number
  compile?: OperationCompiler
}): CachedByPlan<Prepared> {
  const { supergraph, send, log, onPlanned = () => {}, quickMs = QUICK_MS } = options
  const { charge = () => {}, onFallback = () => {} } = options
  const onPlainPlanning = (error: unknown) =>
    log.warn(
      { err: error },
      'planning without argument aliases: a field that is required with different arguments may be wrong',
    )
  const { compile = createOperationCompiler(supergraph, onPlainPlanning, options.backgroundMs) } = options

  /** By Apollo's executor, which is loaded now. It knows no rights, nor the parts of a subscription before they run. */
  const preparedByApollo = (request: PlanRequest): Prepared => {
    const loaded = import('../fallback/fallback.ts').then(({ prepareWithApollo }) =>
      prepareWithApollo({ supergraph, send, log })(request),
    )
    return {
      primary: null,
      callsSubgraph: true,
      run: async (given) => {
        onFallback()
        return loaded.then(
          ({ run }) => run(given),
          (error) => refused(error, request).run(given),
        )
      },
    }
  }
  const refused = (error: unknown, { operation, rights }: PlanRequest): Prepared => {
    if (error instanceof TooManyWaiting) return OVERLOADED
    if (error instanceof NotCompiled && !rights && operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      log.error({ err: error }, 'an operation is not compiled: Apollo’s executor runs it')
      return preparedByApollo({ operation, coerced: {}, rights })
    }
    log.error({ err: error }, 'an operation could not be planned')
    return unplanned(error instanceof TookTooLong)
  }
  const prepared = (compiled: CompiledOperation): Prepared => {
    const { primary, step } = compiled
    return {
      primary: primary && { service: primary.fetch.service, operation: primary.operation },
      callsSubgraph: fetchesIn(step).length > 0,
      run: (request, event) => {
        const warn = (what: object) => log.warn(what, 'answer of the wrong shape')
        return runOperation(compiled, request, send, { event, warn })
      },
    }
  }
  /** Is planned in another process when it first runs. */
  const preparedLater = (request: PlanRequest, client: string): Prepared => {
    let later: Promise<Prepared> | null = null
    const plan = async () => {
      try {
        return prepared(await compile.inBackground(request, (ms) => charge(client, ms)))
      } catch (error) {
        if (error instanceof TooManyWaiting) later = null // the next run tries again
        return refused(error, request)
      }
    }
    const run: Prepared['run'] = async (given) => {
      later ??= plan()
      return (await later).run(given)
    }
    return { primary: null, callsSubgraph: true, run }
  }

  return cachedByPlan((request, client) => {
    const startedAt = performance.now()
    // What a subscription fetches must be known before its events.
    const isLaterPossible = request.operation.operation !== OperationTypeNode.SUBSCRIPTION
    try {
      return prepared(compile(request, isLaterPossible ? quickMs : undefined))
    } catch (error) {
      return error instanceof TookTooLong && isLaterPossible ? preparedLater(request, client) : refused(error, request)
    } finally {
      onPlanned(performance.now() - startedAt)
    }
  })
}

const OVERLOADED: Prepared = {
  primary: null,
  callsSubgraph: false,
  run: async () => ({ errors: [overloadedError()] }),
}

const unplanned = (tookTooLong: boolean): Prepared => ({
  primary: null,
  callsSubgraph: false,
  run: async () => notPlanned(tookTooLong),
})
