/** When a circuit opens, and for how long. A vote is a caller's latest outcome, or that of a call without a caller. */
export type BreakerSettings = {
  /** The circuit opens when so many votes failed (and again when so many callers' trial calls did) … */
  failuresAtLeast: number
  /** … and they are this share (0 to 1) of all votes … */
  failureShare: number
  /** … within this time. */
  withinMs: number
  /** No call is made for this long; then callers try, each at most once in this time. */
  openForMs: number
}

/** How a call ended. `unreached`: nothing was there to be called, which no caller can cause: it is a vote by itself. */
export type Verdict = 'ok' | 'failed' | 'unreached'

export type CircuitState = 'closed' | 'open' | 'half-open'

export type Breaker = {
  /** Whether a call for this caller (null: without a caller) may be made now. */
  admits(caller: string | null): boolean
  /** Begins an admitted call; call what it returns once, when the call has ended. */
  begin(caller: string | null): (verdict: Verdict) => void
  state(): CircuitState
}

/**
 * A circuit breaker that counts callers, not calls: one caller whose calls always fail, however many, can neither open the
 * circuit nor keep it open. Not cockatiel's: its breakers never learn whose call it was, and its half-open circuit is
 * decided by the calls that come first, which may all be one caller's.
 */
export function createBreaker(settings: BreakerSettings, onChange: (state: CircuitState) => void = () => {}): Breaker {
  const { failuresAtLeast, failureShare, withinMs, openForMs } = settings
  const votes = createVotes(withinMs)
  let state: CircuitState = 'closed'
  let openedAt = 0
  /** Incremented with each change of state: an outcome counts only in the period in which its call began. */
  let period = 0
  /** While half-open: when each caller's latest trial began, whose trials failed, how many are under way. */
  const trials = new Map<string | null, number>()
  const failedCallers = new Set<string>()
  let trying = 0

  const become = (next: CircuitState) => {
    state = next
    period++
    votes.clear()
    trials.clear()
    failedCallers.clear()
    trying = 0
    if (next === 'open') openedAt = performance.now()
    onChange(next)
  }

  const mayTry = (caller: string | null) => {
    if (caller === null) return !trials.has(null) // One is enough: its outcome decides.
    return trying < failuresAtLeast && performance.now() - (trials.get(caller) ?? -openForMs) >= openForMs
  }

  const endCall = (caller: string | null, verdict: Verdict) => {
    votes.add(verdict === 'unreached' ? null : caller, verdict !== 'ok')
    const { all, failed } = votes.count()
    if (verdict !== 'ok' && failed >= failuresAtLeast && failed >= failureShare * all) become('open')
  }

  const endTrial = (caller: string | null, verdict: Verdict) => {
    trying--
    if (verdict === 'ok') return become('closed')
    if (caller !== null) failedCallers.add(caller)
    if (caller === null || verdict === 'unreached' || failedCallers.size >= failuresAtLeast) become('open')
  }

  return {
    state: () => state,
    admits: (caller) => {
      if (state === 'closed') return true
      return state === 'open' ? performance.now() - openedAt >= openForMs : mayTry(caller)
    },
    begin: (caller) => {
      if (state === 'open') become('half-open')
      const end = state === 'closed' ? endCall : endTrial
      const begunIn = period
      if (state === 'half-open') {
        trials.set(caller, performance.now())
        trying++
      }
      return (verdict) => {
        if (period === begunIn) end(caller, verdict)
      }
    },
  }
}

type Vote = { ok: number; failed: number; at: number }

/** Votes of the last `withinMs`, the oldest first; never more than calls ended in that time. */
function createVotes(withinMs: number) {
  /** By caller; those without one are summed up for each tenth of the time. */
  const votes = new Map<string | number, Vote>()
  let ok = 0
  let failed = 0
  const forget = (key: string | number, vote: Vote | undefined) => {
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
        if (vote.at > at - withinMs) break
        forget(key, vote)
      }
      const key = caller ?? Math.floor((at * 10) / withinMs)
      const before = votes.get(key)
      forget(key, before)
      const sum = caller === null && before ? before : { ok: 0, failed: 0 }
      const vote = { ok: sum.ok + (hasFailed ? 0 : 1), failed: sum.failed + (hasFailed ? 1 : 0), at }
      votes.set(key, vote)
      ok += vote.ok
      failed += vote.failed
    },
  }
}
