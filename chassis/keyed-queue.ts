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

/**
 * Runs tasks of the same key one after the other, and returns each task's own result. Tasks that would wait for each
 * other's row locks then hold no database connection while they wait. A task that fails does not stop the next.
 */
export function serializeByKey(): <Result>(key: string, task: () => Promise<Result>) => Promise<Result> {
  const lastOfKey = new Map<string, Promise<unknown>>()
  return (key, task) => {
    const result = (lastOfKey.get(key) ?? Promise.resolve()).then(task)
    const done = result.catch(() => {}).then(() => void (lastOfKey.get(key) === done && lastOfKey.delete(key)))
    lastOfKey.set(key, done)
    return result
  }
}
