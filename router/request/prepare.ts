import type { Logger } from '../../chassis/log.ts'
import { notPlanned } from '../errors.ts'
import { callsAnySubgraph } from '../executor/compile/steps.ts'
import { createOperationCompiler } from '../executor/planning/plan-and-compile.ts'
import { runOperation } from '../executor/run/run-operation.ts'
import { createFallback } from '../fallback/fallback.ts'
import type { Prepare, Prepared } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import { remembered } from './plan-cache.ts'

/**
 * Makes the function that prepares operations and remembers them. What the compiled executor does not do is left to
 * Apollo's (fallback/), which is logged once and heard of by `fellBack` each time; `planTook` hears what each planning cost. What the planner throws on is
 * answered with OPERATION_NOT_PLANNED.
 */
export function createPrepare(options: {
  supergraph: Supergraph
  send: Send
  log: Logger
  fellBack?: () => void
  planTook?: (ms: number) => void
}): Prepare {
  const { supergraph, send, log, fellBack = () => {}, planTook = () => {} } = options
  const compile = createOperationCompiler(supergraph, (error) =>
    log.warn(
      { err: error },
      'planning without argument aliases: a field that is required with different arguments may be wrong',
    ),
  )
  const fallback = createFallback(options)

  return remembered((document, operationName) => {
    const started = performance.now()
    const compiled = planned(() => compile(document, operationName))
    planTook(performance.now() - started)
    if ('unplanned' in compiled) {
      log.error({ err: compiled.unplanned }, 'an operation could not be planned')
      return UNPLANNED
    }
    if ('uncompiled' in compiled) {
      log.warn({ reason: compiled.uncompiled }, 'an operation is not compiled')
      const { run: runIt, ...rest } = fallback(document, operationName)
      return {
        ...rest,
        run: (request, given) => {
          fellBack()
          return runIt(request, given)
        },
      }
    }
    const { primary, step } = compiled
    return {
      primary: primary && { service: primary.fetch.service, document: primary.document },
      callsSubgraph: (coerced) => callsAnySubgraph(step, coerced),
      run: (request, event) => {
        const warn = (what: object) => log.warn(what, 'answer of the wrong shape')
        return runOperation(compiled, request, send, { event, warn })
      },
    }
  })
}

function planned<Compiled>(compile: () => Compiled): Compiled | { unplanned: unknown } {
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
