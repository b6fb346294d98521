import { REFUSED } from './guard.ts'

/** How many calls that share a key (a customer, say) may run and wait. */
export type KeyedLimiterSettings = {
  /** Calls of one key that run at the same time. */
  maxConcurrent: number
  /** Calls of one key that wait for a slot; more are refused at once. */
  maxQueued: number
  /** Calls of all keys that wait. */
  maxQueuedInAll: number
}

export type KeyedLimiter = {
  /** Whether a call of `key` would start at once. */
  admits(key: string): boolean
  /**
   * Makes the call as soon as `key` has a free slot, first come, first served. Returns REFUSED if there is none by
   * `until` (ms since 1970), or at once if too many wait. No key waits for another key's calls.
   */
  run<Outcome>(key: string, until: number, call: () => Promise<Outcome>): Promise<Outcome | typeof REFUSED>
}

type Slots = { running: number; waiters: ((hasSlot: boolean) => void)[] }

/** A concurrency limit for each of any number of keys. A key without a running call takes no memory. */
export function createKeyedLimiter(settings: KeyedLimiterSettings): KeyedLimiter {
  const { maxConcurrent, maxQueued, maxQueuedInAll } = settings
  /** A key that has waiters has `maxConcurrent` running calls. */
  const slotsByKey = new Map<string, Slots>()
  let queuedInAll = 0
  const slotsOf = (key: string): Slots => slotsByKey.get(key) ?? { running: 0, waiters: [] }

  const takeFreeSlot = (key: string): boolean => {
    const slots = slotsOf(key)
    if (slots.running >= maxConcurrent) return false
    slots.running++
    slotsByKey.set(key, slots)
    return true
  }

  /** Resolves to whether a slot became free in time. */
  const wait = async (key: string, until: number): Promise<boolean> => {
    const slots = slotsOf(key)
    const ms = until - Date.now()
    if (ms <= 0 || slots.waiters.length >= maxQueued || queuedInAll >= maxQueuedInAll) return false
    queuedInAll++
    return new Promise((resolve) => {
      const waiter = (hasSlot: boolean) => {
        clearTimeout(timer)
        queuedInAll--
        resolve(hasSlot)
      }
      const timer = setTimeout(() => {
        slots.waiters.splice(slots.waiters.indexOf(waiter), 1)
        waiter(false)
      }, ms)
      slots.waiters.push(waiter)
    })
  }

  const release = (key: string) => {
    const slots = slotsOf(key)
    const next = slots.waiters.shift()
    if (next) return next(true) // The slot passes to the next in line.
    slots.running--
    if (slots.running === 0) slotsByKey.delete(key)
  }

  return {
    admits: (key) => slotsOf(key).running < maxConcurrent,
    run: async (key, until, call) => {
      if (!takeFreeSlot(key) && !(await wait(key, until))) return REFUSED
      try {
        return await call()
      } finally {
        release(key)
      }
    },
  }
}
