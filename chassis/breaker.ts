/**
 * When a circuit opens, and for how long. Outcomes are counted as votes: each caller has one, the share of its latest calls
 * that failed; each call without a caller is a vote of its own. (The latest outcome alone would be a coin tossed for each
 * caller: where four of ten calls fail, the circuit opened every few seconds.)
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
  /**
   * Whether calls are refused, or only tried, as far as anybody knows. A circuit that opened waits for the next call to try
   * again: half a minute after the last one it says nothing any more about the service, which may be well.
   */
  isBroken(): boolean
}

/** Longer than between two scrapes of Prometheus, which thus sees also the circuit of a service that is seldom called. */
const KNOWN_FOR_MS = 30_000

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
  /** When the circuit last changed, or was last asked for while it was not closed. */
  let askedAt = 0
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
    askedAt = performance.now()
    if (next === 'open') openedAt = askedAt
    onChange(next)
  }

  const mayTry = (caller: string | null) => {
    if (caller === null) return !trials.has(null) // One such trial decides.
    return runningTrials < minFailures && performance.now() - (trials.get(caller) ?? -openForMs) >= openForMs
  }

  const endCall = (caller: string | null, verdict: Verdict) => {
    votes.add(verdict === 'unreached' ? null : caller, verdict !== 'ok')
    if (verdict === 'ok') return
    const { all, failed } = votes.count()
    if (failed >= minFailures && failed >= failureRatio * all) enter('open')
  }

  const endTrial = (caller: string | null, verdict: Verdict) => {
    runningTrials--
    if (verdict === 'ok') return enter('closed')
    if (caller !== null) failedCallers.add(caller)
    if (caller === null || verdict === 'unreached' || failedCallers.size >= minFailures) enter('open')
  }

  return {
    state: () => state,
    isBroken: () => state !== 'closed' && performance.now() - askedAt < KNOWN_FOR_MS,
    admits: (caller) => {
      if (state === 'closed') return true
      askedAt = performance.now()
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

/** A caller's vote is the share of failures in its latest calls, at most so many of them. */
const CALLS_OF_A_VOTE = 8
/** The weight of one vote: divisible by 1 to 8, so that sums of shares stay whole numbers. */
const VOTE = 840

/** The latest outcomes of one caller, or without a caller of a tenth of the window (`calls` is empty then). */
type Vote = { ok: number; failed: number; at: number; calls: { at: number; hasFailed: boolean }[] }

/** Votes of the last `windowMs`, the oldest first. They are counted with each call, so they are changed in place. */
function createVotes(windowMs: number) {
  /** By caller. Votes without a caller are summed for each tenth of the window, which bounds their number. */
  const votes = new Map<string | number, Vote>()
  let ok = 0
  let failed = 0
  /** No vote is older than this. */
  let oldestAt = Number.POSITIVE_INFINITY
  /** The vote that was changed last: if it is still in the Map, it is the last one there. */
  let newest: Vote | undefined

  const voteOf = (key: string | number): Vote => votes.get(key) ?? { ok: 0, failed: 0, at: 0, calls: [] }
  const put = (key: string | number, vote: Vote, okNow: number, failedNow: number, at: number) => {
    ok += okNow - vote.ok
    failed += failedNow - vote.failed
    vote.ok = okNow
    vote.failed = failedNow
    vote.at = at
    if (oldestAt > at) oldestAt = at
    if (vote === newest) return
    votes.delete(key)
    votes.set(key, vote)
    newest = vote
  }
  const addToSum = (at: number, hasFailed: boolean) => {
    const key = Math.floor((at * 10) / windowMs)
    const vote = voteOf(key)
    put(key, vote, vote.ok + (hasFailed ? 0 : VOTE), vote.failed + (hasFailed ? VOTE : 0), at)
  }
  const addToCaller = (caller: string, at: number, hasFailed: boolean) => {
    const vote = voteOf(caller)
    const { calls } = vote
    calls.push({ at, hasFailed })
    while (calls.length > CALLS_OF_A_VOTE || (calls[0]?.at ?? at) <= at - windowMs) calls.shift()
    let failures = 0
    for (const call of calls) if (call.hasFailed) failures++
    const share = (VOTE * failures) / calls.length
    put(caller, vote, VOTE - share, share, at)
  }
  const removeUntil = (time: number) => {
    if (oldestAt > time) return
    oldestAt = Number.POSITIVE_INFINITY
    for (const [key, vote] of votes) {
      if (vote.at > time) {
        oldestAt = vote.at
        return
      }
      votes.delete(key)
      ok -= vote.ok
      failed -= vote.failed
    }
  }
  return {
    /** In votes: sums of shares, so not always whole. */
    count: () => ({ all: (ok + failed) / VOTE, failed: failed / VOTE }),
    clear: () => {
      votes.clear()
      ok = 0
      failed = 0
      oldestAt = Number.POSITIVE_INFINITY
    },
    add: (caller: string | null, hasFailed: boolean) => {
      const at = performance.now()
      removeUntil(at - windowMs)
      if (caller === null) addToSum(at, hasFailed)
      else addToCaller(caller, at, hasFailed)
    },
  }
}
