import { type BreakerSettings, type CircuitState, createBreaker, type Verdict } from './breaker.ts'

/** How a called service is spared, and we from waiting for it. */
export type GuardSettings = BreakerSettings & {
  /** Calls under way at once; more are refused, not queued. */
  atOnce: number
}

/** For calls without a caller: each is a vote. */
export const GUARD_SETTINGS = {
  atOnce: 100,
  failuresAtLeast: 20,
  failureShare: 0.5,
  withinMs: 10_000,
  openForMs: 3_000,
}

/**
 * For calls made for callers who can cause failures themselves. Ten callers: a handful of accounts that act together are
 * too few, and the places that nine can hold are so few that no circuit needs to protect the others.
 */
export const CALLER_GUARD_SETTINGS = { ...GUARD_SETTINGS, failuresAtLeast: 10 }

/** The answer to a call that was not made. */
export const REFUSED = Symbol('refused')

/** For whom the call is made, if for one caller; `beyondLimit`: it is limited elsewhere, so `atOnce` does not apply. */
export type CallOptions = { caller?: string | null; beyondLimit?: boolean }

export type Guard = {
  /** Whether a call for this caller would be made now. */
  admits(caller?: string | null): boolean
  /** Makes the call, or answers REFUSED at once; `judge` says what the outcome means for the circuit. */
  run<Outcome>(
    call: () => Promise<Outcome>,
    judge: (outcome: Outcome) => Verdict,
    options?: CallOptions,
  ): Promise<Outcome | typeof REFUSED>
  state(): CircuitState
}

/** A concurrency limit and a circuit breaker around every call to one service. */
export function createGuard(settings: GuardSettings, onChange?: (state: CircuitState) => void): Guard {
  const breaker = createBreaker(settings, onChange)
  let underWay = 0

  return {
    state: breaker.state,
    admits: (caller = null) => underWay < settings.atOnce && breaker.admits(caller),
    run: async (call, judge, { caller = null, beyondLimit = false } = {}) => {
      // What the limit refuses says nothing of the service, so the circuit does not hear of it.
      if ((underWay >= settings.atOnce && !beyondLimit) || !breaker.admits(caller)) return REFUSED
      const end = breaker.begin(caller)
      let verdict: Verdict = 'failed'
      if (!beyondLimit) underWay++
      try {
        const outcome = await call()
        verdict = judge(outcome)
        return outcome
      } finally {
        if (!beyondLimit) underWay--
        end(verdict)
      }
    },
  }
}
