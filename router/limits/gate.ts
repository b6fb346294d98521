/** Lets a piece of work in, at once or after a wait; null where it is better to come again later. */
export type Gate = { enter(): Promise<(() => void) | null>; inside(): number; waiting(): number }

/**
 * Lets `atOnce` in at a time and `queue` wait, each for `waitMs` at most: beyond that a quick no is worth more than an
 * answer nobody waits for any longer. Who was let in must call what it was given when it leaves.
 */
export function createGate(options: { atOnce: number; queue: number; waitMs: number }): Gate {
  let inside = 0
  const queue = new Set<(leave: (() => void) | null) => void>()

  const leave = () => {
    const [next] = queue
    if (next) next(once(leave))
    else inside -= 1
  }

  return {
    inside: () => inside,
    waiting: () => queue.size,
    enter: async () => {
      if (inside < options.atOnce) {
        inside += 1
        return once(leave)
      }
      if (queue.size >= options.queue) return null
      return new Promise((resolve) => {
        const timer = setTimeout(() => decide(null), options.waitMs)
        const decide = (answer: (() => void) | null) => {
          clearTimeout(timer)
          queue.delete(decide)
          resolve(answer)
        }
        queue.add(decide)
      })
    },
  }
}

/** Leaving twice would let in two for one. */
function once(act: () => void): () => void {
  let done = false
  return () => {
    if (!done) act()
    done = true
  }
}
