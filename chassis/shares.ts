import { REFUSED } from './guard.ts'

/** How many of the places that all share one key (a customer, say) may have. */
export type ShareSettings = {
  /** Calls of one key under way at once. */
  atOnce: number
  /** Calls of one key that wait for a place; more are refused at once. */
  waiting: number
  /** Calls of all keys that wait. */
  waitingInAll: number
}

export type Shares = {
  /** Whether a call of `key` would begin at once. */
  admits(key: string): boolean
  /**
   * Makes the call as soon as `key` has a place, first come, first served. REFUSED where there is none by `until` (ms since
   * 1970), or at once where too many wait. No key waits for another's calls.
   */
  run<Outcome>(key: string, until: number, call: () => Promise<Outcome>): Promise<Outcome | typeof REFUSED>
}

type Share = { underWay: number; waiters: ((hasPlace: boolean) => void)[] }

/** Shares for any number of keys; nothing is kept of a key that has no call under way. */
export function createShares({ atOnce, waiting, waitingInAll }: ShareSettings): Shares {
  /** Where somebody waits, `atOnce` are under way. */
  const shares = new Map<string, Share>()
  let waitingNow = 0
  const shareOf = (key: string): Share => shares.get(key) ?? { underWay: 0, waiters: [] }

  const takeFree = (key: string): boolean => {
    const share = shareOf(key)
    if (share.underWay >= atOnce) return false
    share.underWay++
    shares.set(key, share)
    return true
  }

  /** Whether a place came free in time. */
  const wait = async (key: string, until: number): Promise<boolean> => {
    const share = shareOf(key)
    const ms = until - Date.now()
    if (ms <= 0 || share.waiters.length >= waiting || waitingNow >= waitingInAll) return false
    waitingNow++
    return new Promise((resolve) => {
      const waiter = (hasPlace: boolean) => {
        clearTimeout(timer)
        waitingNow--
        resolve(hasPlace)
      }
      const timer = setTimeout(() => {
        share.waiters.splice(share.waiters.indexOf(waiter), 1)
        waiter(false)
      }, ms)
      share.waiters.push(waiter)
    })
  }

  const leave = (key: string) => {
    const share = shareOf(key)
    const next = share.waiters.shift()
    if (next) return next(true) // The place passes on.
    share.underWay--
    if (share.underWay === 0) shares.delete(key)
  }

  return {
    admits: (key) => shareOf(key).underWay < atOnce,
    run: async (key, until, call) => {
      if (!takeFree(key) && !(await wait(key, until))) return REFUSED
      try {
        return await call()
      } finally {
        leave(key)
      }
    },
  }
}
