/** Runs work side by side, but work of one key one after the other. */
export type Lanes = {
  /** Resolves as soon as there is room for more (not when the work is done). The work must not throw. */
  add(key: string, work: () => Promise<void>): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export function lanes(atOnce: number): Lanes {
  const lastOfKey = new Map<string, Promise<void>>()
  const underWay = new Set<Promise<void>>()
  return {
    add: async (key, work) => {
      const done = (lastOfKey.get(key) ?? Promise.resolve()).then(work).finally(() => {
        underWay.delete(done)
        if (lastOfKey.get(key) === done) lastOfKey.delete(key)
      })
      lastOfKey.set(key, done)
      underWay.add(done)
      while (underWay.size >= atOnce) await Promise.race(underWay)
    },
    idle: async () => {
      while (underWay.size) await Promise.all(underWay)
    },
  }
}

/**
 * Runs works of one key one after the other, each with its own answer: those that would only wait for each other in the
 * database hold no connection meanwhile. A work that fails does not hold up the next.
 */
export function inTurn(): <Answer>(key: string, work: () => Promise<Answer>) => Promise<Answer> {
  const lastOfKey = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const answer = (lastOfKey.get(key) ?? Promise.resolve()).then(work)
    const done = answer.catch(() => {}).then(() => void (lastOfKey.get(key) === done && lastOfKey.delete(key)))
    lastOfKey.set(key, done)
    return answer
  }
}
