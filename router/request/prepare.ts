import type { Logger } from '../../chassis/log.ts'
import { notPlanned } from '../errors.ts'
import { callsAnySubgraph } from '../executor/compile/steps.ts'
import { createOperationCompiler, type OperationCompiler } from '../executor/planning/plan-and-compile.ts'
import { runOperation } from '../executor/run/run-operation.ts'
import { createFallback } from '../fallback/fallback.ts'
import type { Prepare, Prepared } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import { cachedByOperation } from './plan-cache.ts'

/**
 * Creates the function that plans operations and caches them. Operations that cannot be compiled run by Apollo's executor
 * (fallback/); this is logged once for each, and `onFallback` is called at each run. `onPlanned` gets the time of each
 * planning in milliseconds. Operations on which the planner throws are answered with OPERATION_NOT_PLANNED.
 */
export function createPrepare(options: {
  supergraph: Supergraph
  send: Send
  log: Logger
  onFallback?: () => void
  onPlanned?: (ms: number) => void
  compile?: OperationCompiler
}): Prepare {
  const { supergraph, send, log, onFallback = () => {}, onPlanned = () => {} } = options
  const warnOfPlainPlanning = (error: unknown) =>
    log.warn(
      { err: error },
      'planning without argument aliases: a field that is required with different arguments may be wrong',
    )
  const { compile = createOperationCompiler(supergraph, warnOfPlainPlanning) } = options
  const fallback = createFallback(options)

  return cachedByOperation((operation) => {
    const startedAt = performance.now()
    const compiled = tryToPlan(() => compile(operation))
    onPlanned(performance.now() - startedAt)
    if ('unplanned' in compiled) {
      log.error({ err: compiled.unplanned }, 'an operation could not be planned')
      return UNPLANNED
    }
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
  })
}

function tryToPlan<Compiled>(compile: () => Compiled): Compiled | { unplanned: unknown } {
  try {
    return compile()
  } catch (error) {
    return { unplanned: error }
  }
}

const UNPLANNED: Prepared = {
  primary: null,
  callsSubgraph: () => false,
  run: async () => notPlanned(),
}
