/** Lets so many do something at once; others wait, first come, first served. */
export type Turns = {
  /** Does the work when its turn comes; answers what it answers. */
  run<Answer>(work: () => Promise<Answer>): Promise<Answer>
  /** How many are at it, or wait. */
  count(): number
}

/** Thousands who come back at once read after one another what else would pile up at NATS and the owners. */
export function turns(atOnce: number): Turns {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    run: async (work) => {
      if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
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
