import { type ExecutionResult, OperationTypeNode } from 'graphql'
import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import type { Logger } from '../../chassis/log.ts'
import { notPlanned, overloadedError } from '../errors.ts'
import type { CompiledOperation } from '../executor/compile/compile-plan.ts'
import { fetchesIn } from '../executor/compile/steps.ts'
import { PlannerUnavailable } from '../executor/planning/background-planner.ts'
import {
  createOperationCompiler,
  NotCompiled,
  type OperationCompiler,
  type Turns,
} from '../executor/planning/plan-and-compile.ts'
import { TookTooLong } from '../executor/planning/time-limit.ts'
import { runOperation } from '../executor/run/run-operation.ts'
import type { WorkQueue } from '../limits/work-queue.ts'
import type { PlanRequest, Prepared } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import { type CachedByPlan, cachedByPlan } from './plan-cache.ts'

/** Longer than what is expected to be short needs (40 ms), also in a router that has just started, where it takes ten times as long. */
const QUICK_MS = 250
/** Operations that are remembered because they took longer. */
const MAX_SLOW = 1_000

/** Plans operations, and keeps the latest plans. */
export type Preparer = CachedByPlan<Prepared> & {
  /** Whether planning would hold up this thread: it is expected to, or has done so before. */
  isLong: (request: PlanRequest) => boolean
  /** Plans on this thread; undefined if that takes too long. */
  quickly: (request: PlanRequest, client: string) => Prepared | undefined
  /**
   * Plans in another process, one operation at a time (limits/work-queue.ts). Only parts of it hold up this thread, each in a turn.
   * The error OVERLOADED if there can be no such process now.
   */
  inBackground: (request: PlanRequest, client: string) => Promise<Prepared | ExecutionResult>
}

/**
 * Creates the function that plans operations and caches them. `onPlanned` gets the time of each planning in milliseconds.
 * Operations that cannot be planned are logged once and answered with OPERATION_NOT_PLANNED. If ours cannot compile a plan, Apollo's
 * executor runs it (fallback/), which is logged, and `onFallback` called at each run. `quickly` takes at most `quickMs`.
 */
export function createPrepare(options: {
  supergraph: Supergraph
  send: Send
  log: Logger
  onPlanned?: (ms: number) => void
  onFallback?: () => void
  /** For planning in another process: does its parts on this thread in turns, and counts it. */
  work?: Pick<WorkQueue, 'resume' | 'charge'>
  quickMs?: number
  backgroundMs?: number
  compile?: OperationCompiler
}): Preparer {
  const { supergraph, send, log, work = UNCOUNTED, quickMs = QUICK_MS } = options
  const { onPlanned = () => {}, onFallback = () => {} } = options
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
      fetches: 1,
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
      fetches: fetchesIn(step).length,
      run: (request, event) => {
        const warn = (what: object) => log.warn(what, 'answer of the wrong shape')
        return runOperation(compiled, request, send, { event, warn })
      },
    }
  }
  const plan = (request: PlanRequest, maxMs?: number): Prepared => {
    const startedAt = performance.now()
    try {
      return prepared(compile(request, maxMs))
    } finally {
      onPlanned(performance.now() - startedAt)
    }
  }
  const cached = cachedByPlan(
    (request) => {
      try {
        return plan(request)
      } catch (error) {
        return refused(error, request)
      }
    },
    ({ fetches }) => fetches,
  )
  const slow = leastRecentlyUsed<true>(MAX_SLOW)
  const { keep, keyOf } = cached

  const kept = (request: PlanRequest, client: string, made: Prepared) => {
    keep(request, made, client)
    return made
  }
  const quickly: Preparer['quickly'] = (request, client) => {
    try {
      return kept(request, client, plan(request, quickMs))
    } catch (error) {
      if (!(error instanceof TookTooLong)) return kept(request, client, refused(error, request))
      slow.set(keyOf(request), true)
      return undefined
    }
  }
  const inBackground: Preparer['inBackground'] = async (request, client) => {
    const turns: Turns = {
      run: (task) => work.resume(client, task),
      onWork: (ms) => {
        work.charge(client, ms)
        onPlanned(ms)
      },
    }
    try {
      return kept(request, client, prepared(await compile.inBackground(request, turns)))
    } catch (error) {
      if (!(error instanceof PlannerUnavailable)) return kept(request, client, refused(error, request))
      log.error({ err: error }, 'the process that plans large operations is missing')
      return { errors: [overloadedError()] }
    }
  }
  const isLong = (request: PlanRequest) => compile.isLong(request) || slow.get(keyOf(request)) !== undefined
  return Object.assign(cached, { isLong, quickly, inBackground })
}

const UNCOUNTED: Pick<WorkQueue, 'resume' | 'charge'> = { resume: async (_, task) => task(), charge: () => {} }

const unplanned = (tookTooLong: boolean): Prepared => ({
  primary: null,
  fetches: 0,
  run: async () => notPlanned(tookTooLong),
})
