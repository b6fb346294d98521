const WINDOW_MS = 60_000
/** More callers than this in one window share what is left: the memory stays bounded whoever calls. */
const MOST_CALLERS = 10_000

/** Counts calls by caller in windows of a minute; answers null, or in how many seconds to come again. */
export function rateLimit(perMinute: number): (caller: string, now: number) => number | null {
  let windowEnds = 0
  const calls = new Map<string, number>()
  return (caller, now) => {
    if (now >= windowEnds) {
      windowEnds = now + WINDOW_MS
      calls.clear()
    }
    const key = calls.has(caller) || calls.size < MOST_CALLERS ? caller : 'others'
    const count = (calls.get(key) ?? 0) + 1
    calls.set(key, count)
    return count > perMinute ? Math.ceil((windowEnds - now) / 1_000) : null
  }
}
