/** Limits how much asynchronous work runs at once. Further work waits in the order in which it came. */
export type Semaphore = {
  /** Runs the work when there is room for it, and returns its result. */
  run<Result>(work: () => Promise<Result>): Promise<Result>
  /** The amount of work that is running or waiting. */
  count(): number
}

export function createSemaphore(limit: number): Semaphore {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    run: async (work) => {
      if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
      else running += 1
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running -= 1
      }
    },
    count: () => running + waiting.length,
  }
}
