import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  circuitBreaker,
  handleWhenResult,
  SamplingBreaker,
} from 'cockatiel'

/** How a service that is asked is spared, and we from waiting for it. */
export type GuardSettings = {
  /** Calls under way at once; more are refused, not queued. */
  atOnce: number
  /** The circuit opens at this share (0 to 1) of failures … */
  failureShare: number
  /** … of at least so many calls … */
  ofAtLeast: number
  /** … within this time. */
  withinMs: number
  /** So long nothing is asked; then one call tries. */
  openForMs: number
}

export const GUARD_SETTINGS = { atOnce: 100, failureShare: 0.5, ofAtLeast: 20, withinMs: 10_000, openForMs: 3_000 }

/** What a call comes to that was not made. */
export const REFUSED = Symbol('refused')

export type Guard = {
  /** Whether a call would be made just now. */
  admits(): boolean
  /** Makes the call, which must not throw, or answers REFUSED at once; `failed` judges what the call came to. */
  run<Outcome>(call: () => Promise<Outcome>, failed: (outcome: Outcome) => boolean): Promise<Outcome | typeof REFUSED>
  state(): 'closed' | 'open' | 'half-open'
}

/** A concurrency limit and a circuit breaker around every call to one service. */
export function createGuard(
  settings: GuardSettings,
  onChange: (state: ReturnType<Guard['state']>) => void = () => {},
): Guard {
  const { atOnce, failureShare, ofAtLeast, withinMs, openForMs } = settings
  const places = bulkhead(atOnce)
  const failures = new WeakSet<object>()
  const breaker = circuitBreaker(
    handleWhenResult((result) => failures.has(result as object)),
    {
      halfOpenAfter: openForMs,
      breaker: new SamplingBreaker({
        // cockatiel opens above its threshold; we say "at".
        threshold: failureShare - Number.EPSILON,
        duration: withinMs,
        minimumRps: (ofAtLeast * 1_000) / withinMs,
      }),
    },
  )
  let openedAt = 0
  breaker.onBreak(() => {
    openedAt = Date.now()
  })
  breaker.onStateChange(() => onChange(state()))
  const state = () => {
    if (breaker.state === CircuitState.Closed) return 'closed'
    return breaker.state === CircuitState.HalfOpen ? 'half-open' : 'open'
  }
  /** While one call tries, cockatiel would have the others wait for it: they are refused instead. */
  const circuitAdmits = () => state() === 'closed' || (state() === 'open' && Date.now() - openedAt >= openForMs)

  return {
    state,
    admits: () => circuitAdmits() && places.executionSlots > 0,
    run: async (call, failed) => {
      if (!circuitAdmits()) return REFUSED
      try {
        // The limit first: what is refused by it says nothing of the service, and is not counted.
        const { outcome } = await places.execute(() =>
          breaker.execute(async () => {
            const result = { outcome: await call() }
            if (failed(result.outcome)) failures.add(result)
            return result
          }),
        )
        return outcome
      } catch (error) {
        if (error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError) return REFUSED
        throw error
      }
    },
  }
}
