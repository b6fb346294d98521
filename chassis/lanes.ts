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

/** As long as a client waits for an answer at most: the router gives up then. */
const HELD_UP_MS = 5_000

/**
 * Runs works of one key one after the other, each with its own answer: those that would only wait for each other in the
 * database hold no connection meanwhile. A work that fails does not hold up the next, one that hangs (on a connection that
 * is dead without telling so) not for longer than `heldUpMs`: so it is no lock.
 */
export function inTurn(heldUpMs = HELD_UP_MS): <Answer>(key: string, work: () => Promise<Answer>) => Promise<Answer> {
  const lastOfKey = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const last = lastOfKey.get(key)
    const answer = (last ? atMost(heldUpMs, last) : Promise.resolve()).then(work)
    const done = answer.catch(() => {}).then(() => void (lastOfKey.get(key) === done && lastOfKey.delete(key)))
    lastOfKey.set(key, done)
    return answer
  }
}

/** Resolves when `done` does, or after `ms`. */
function atMost(ms: number, done: Promise<unknown>): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms).unref()
  return Promise.race([done, promise]).finally(() => clearTimeout(timer))
}
