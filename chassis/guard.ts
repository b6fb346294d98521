import { type BreakerSettings, type CircuitState, createBreaker, type Verdict } from './breaker.ts'

/** How calls to one service are limited, so that a failing service is neither overloaded nor waited for. */
export type GuardSettings = BreakerSettings & {
  /** Calls that run at the same time; more are refused, not queued. */
  maxConcurrent: number
}

/** For calls without a caller, each of which is a vote (breaker.ts). */
export const GUARD_SETTINGS = {
  maxConcurrent: 100,
  minFailures: 20,
  failureRatio: 0.5,
  windowMs: 10_000,
  openForMs: 3_000,
}

/**
 * For calls on behalf of callers who can cause failures themselves. It takes ten failing callers to open the circuit: more
 * than a handful of accounts that act together, and nine callers hold too few slots to harm the others.
 */
export const CALLER_GUARD_SETTINGS = { ...GUARD_SETTINGS, minFailures: 10 }

/** The result of a call that was not made. */
export const REFUSED = Symbol('refused')

/** `caller`: the one caller for whom the call is made. `limitedElsewhere`: `maxConcurrent` does not apply to it. */
export type CallOptions = { caller?: string | null; limitedElsewhere?: boolean }

export type Guard = {
  /** Whether a call for this caller would be made now. */
  admits(caller?: string | null): boolean
  /** Makes the call, or returns REFUSED at once; `judge` tells the circuit breaker how the call ended. */
  run<Outcome>(
    call: () => Promise<Outcome>,
    judge: (outcome: Outcome) => Verdict,
    options?: CallOptions,
  ): Promise<Outcome | typeof REFUSED>
  state(): CircuitState
  /** Whether calls are refused, or only tried: see `Breaker`. */
  isBroken(): boolean
}

/** A concurrency limit and a circuit breaker around every call to one service. */
export function createGuard(settings: GuardSettings, onChange?: (state: CircuitState) => void): Guard {
  const breaker = createBreaker(settings, onChange)
  let running = 0

  return {
    state: breaker.state,
    isBroken: breaker.isBroken,
    admits: (caller = null) => running < settings.maxConcurrent && breaker.admits(caller),
    run: async (call, judge, { caller = null, limitedElsewhere = false } = {}) => {
      // A call that the limit refuses says nothing about the service, so it does not count for the circuit.
      if ((running >= settings.maxConcurrent && !limitedElsewhere) || !breaker.admits(caller)) return REFUSED
      const end = breaker.begin(caller)
      let verdict: Verdict = 'failed'
      if (!limitedElsewhere) running++
      try {
        const outcome = await call()
        verdict = judge(outcome)
        return outcome
      } finally {
        if (!limitedElsewhere) running--
        end(verdict)
      }
    },
  }
}

/** Errors of connecting: the request was never sent. Any later failure of the connection may come after its effect. */
const CONNECT_ERRORS = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

/** Whether a request failed before it was sent, so that it certainly had no effect. */
export const wasUnreached = (error: unknown): boolean => hasCode(error, CONNECT_ERRORS)

/** Errors of a connection that ended before the answer was there, as that to a process that dies. */
const CUT_OFF_ERRORS = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']

/** Whether a request may have had its effect, although its connection ended without an answer. */
export const wasCutOff = (error: unknown): boolean => hasCode(error, CUT_OFF_ERRORS)

const hasCode = (error: unknown, codes: string[]): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code))
