/**
 * When a circuit opens, and for how long. Outcomes are counted as votes: each caller has one, its latest outcome; each call
 * without a caller is a vote of its own.
 */
export type BreakerSettings = {
  /** The circuit opens when at least this many votes failed (half-open: this many callers' trial calls) … */
  minFailures: number
  /** … and they are at least this ratio (0 to 1) of all votes … */
  failureRatio: number
  /** … of this period. */
  windowMs: number
  /** How long an open circuit refuses every call. Then it is half-open: each caller may try once in this time. */
  openForMs: number
}

/** How a call ended. `unreached`: no connection was made. No caller can cause that, so each such call is a vote of its own. */
export type Verdict = 'ok' | 'failed' | 'unreached'

export type CircuitState = 'closed' | 'open' | 'half-open'

export type Breaker = {
  /** Whether a call for this caller (null: without a caller) may be made now. */
  admits(caller: string | null): boolean
  /** Counts an admitted call as started; call the returned function once, when the call has ended. */
  begin(caller: string | null): (verdict: Verdict) => void
  state(): CircuitState
}

/**
 * A circuit breaker that counts callers, not calls: one caller whose calls always fail can neither open the circuit nor
 * keep it open. Not cockatiel's: its breakers do not know a call's caller, and its half-open circuit is decided by the
 * first calls, which may all be one caller's.
 */
export function createBreaker(settings: BreakerSettings, onChange: (state: CircuitState) => void = () => {}): Breaker {
  const { minFailures, failureRatio, windowMs, openForMs } = settings
  const votes = createVotes(windowMs)
  let state: CircuitState = 'closed'
  let openedAt = 0
  /** Incremented with each change of state: an outcome counts only in the epoch in which its call began. */
  let epoch = 0
  /** While half-open: the start time of each caller's latest trial. */
  const trials = new Map<string | null, number>()
  const failedCallers = new Set<string>()
  let runningTrials = 0

  const enter = (next: CircuitState) => {
    state = next
    epoch++
    votes.clear()
    trials.clear()
    failedCallers.clear()
    runningTrials = 0
    if (next === 'open') openedAt = performance.now()
    onChange(next)
  }

  const mayTry = (caller: string | null) => {
    if (caller === null) return !trials.has(null) // One such trial decides.
    return runningTrials < minFailures && performance.now() - (trials.get(caller) ?? -openForMs) >= openForMs
  }

  const endCall = (caller: string | null, verdict: Verdict) => {
    votes.add(verdict === 'unreached' ? null : caller, verdict !== 'ok')
    const { all, failed } = votes.count()
    if (verdict !== 'ok' && failed >= minFailures && failed >= failureRatio * all) enter('open')
  }

  const endTrial = (caller: string | null, verdict: Verdict) => {
    runningTrials--
    if (verdict === 'ok') return enter('closed')
    if (caller !== null) failedCallers.add(caller)
    if (caller === null || verdict === 'unreached' || failedCallers.size >= minFailures) enter('open')
  }

  return {
    state: () => state,
    admits: (caller) => {
      if (state === 'closed') return true
      return state === 'open' ? performance.now() - openedAt >= openForMs : mayTry(caller)
    },
    begin: (caller) => {
      if (state === 'open') enter('half-open')
      const end = state === 'closed' ? endCall : endTrial
      const begunIn = epoch
      if (state === 'half-open') {
        trials.set(caller, performance.now())
        runningTrials++
      }
      return (verdict) => {
        if (epoch === begunIn) end(caller, verdict)
      }
    },
  }
}

type Vote = { ok: number; failed: number; at: number }

/** Votes of the last `windowMs`, the oldest first. */
function createVotes(windowMs: number) {
  /** By caller. Votes without a caller are summed for each tenth of the window, which bounds their number. */
  const votes = new Map<string | number, Vote>()
  let ok = 0
  let failed = 0
  const remove = (key: string | number, vote: Vote | undefined) => {
    if (!vote) return
    votes.delete(key)
    ok -= vote.ok
    failed -= vote.failed
  }
  return {
    count: () => ({ all: ok + failed, failed }),
    clear: () => {
      votes.clear()
      ok = 0
      failed = 0
    },
    add: (caller: string | null, hasFailed: boolean) => {
      const at = performance.now()
      for (const [key, vote] of votes) {
        if (vote.at > at - windowMs) break
        remove(key, vote)
      }
      const key = caller ?? Math.floor((at * 10) / windowMs)
      const before = votes.get(key)
      remove(key, before)
      const sum = caller === null && before ? before : { ok: 0, failed: 0 }
      const vote = { ok: sum.ok + (hasFailed ? 0 : 1), failed: sum.failed + (hasFailed ? 1 : 0), at }
      votes.set(key, vote)
      ok += vote.ok
      failed += vote.failed
    },
  }
}
