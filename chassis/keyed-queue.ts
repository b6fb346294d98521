/** Runs tasks concurrently, but tasks of the same key one after the other. */
export type KeyedQueue = {
  /** Resolves as soon as another task may be added (not when this one is done). The task must not throw. */
  add(key: string, task: () => Promise<void>): Promise<void>
  /** Resolves when no task is running or waiting. */
  idle(): Promise<void>
}

export function keyedQueue(maxPending: number): KeyedQueue {
  const lastOfKey = new Map<string, Promise<void>>()
  const pending = new Set<Promise<void>>()
  return {
    add: async (key, task) => {
      const done = (lastOfKey.get(key) ?? Promise.resolve()).then(task).finally(() => {
        pending.delete(done)
        if (lastOfKey.get(key) === done) lastOfKey.delete(key)
      })
      lastOfKey.set(key, done)
      pending.add(done)
      while (pending.size >= maxPending) await Promise.race(pending)
    },
    idle: async () => {
      while (pending.size) await Promise.all(pending)
    },
  }
}

/** A client waits no longer for its response: the router's timeout. */
const MAX_DELAY_MS = 5_000

/** Runs tasks of the same key one after the other. */
export type Turns = {
  <Result>(key: string, task: () => Promise<Result>): Promise<Result>
  /** Whether a task of this key is running or waiting. */
  isBusy(key: string): boolean
}

/**
 * Runs tasks of the same key one after the other, and returns each task's own result. Tasks that would wait for each
 * other's row locks then hold no database connection while they wait. A task that fails does not stop the next; one that
 * hangs (on a dead connection) delays the next for at most `maxDelayMs`, so this is no lock.
 */
export function serializeByKey(maxDelayMs = MAX_DELAY_MS): Turns {
  const lastOfKey = new Map<string, Promise<unknown>>()
  const run = <Result>(key: string, task: () => Promise<Result>): Promise<Result> => {
    const last = lastOfKey.get(key)
    const result = (last ? settledWithin(maxDelayMs, last) : Promise.resolve()).then(task)
    const done = result.catch(() => {}).then(() => void (lastOfKey.get(key) === done && lastOfKey.delete(key)))
    lastOfKey.set(key, done)
    return result
  }
  return Object.assign(run, { isBusy: (key: string) => lastOfKey.has(key) })
}

/** Resolves when `done` does, or after `ms`. */
function settledWithin(ms: number, done: Promise<unknown>): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms).unref()
  return Promise.race([done, promise]).finally(() => clearTimeout(timer))
}
