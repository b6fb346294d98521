/** Limits the operations under way. `admit` resolves with a function to release the place, or with null if overloaded. */
export type Admission = { admit(): Promise<(() => void) | null>; active(): number; waiting(): number }

/**
 * Admits `atOnce` operations at a time. `queue` more wait, each for `waitMs` at most; all others are refused at once,
 * because a fast refusal is better than an answer for which nobody waits any longer.
 */
export function createAdmission(options: { atOnce: number; queue: number; waitMs: number }): Admission {
  let active = 0
  const queue = new Set<(release: (() => void) | null) => void>()

  const release = () => {
    const [next] = queue
    if (next) next(once(release))
    else active -= 1
  }

  return {
    active: () => active,
    waiting: () => queue.size,
    admit: async () => {
      if (active < options.atOnce) {
        active += 1
        return once(release)
      }
      if (queue.size >= options.queue) return null
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(null), options.waitMs)
        const settle = (admitted: (() => void) | null) => {
          clearTimeout(timer)
          queue.delete(settle)
          resolve(admitted)
        }
        queue.add(settle)
      })
    },
  }
}

/** Releasing a place twice would admit two operations for one. */
function once(release: () => void): () => void {
  let isReleased = false
  return () => {
    if (!isReleased) release()
    isReleased = true
  }
}
