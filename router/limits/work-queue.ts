import type { RateLimit } from '../../chassis/rate-limit.ts'

/** How many tasks may wait: of one client, and of all. */
export type WorkQueueSettings = { maxQueuedEach: number; maxQueued: number }

/** Why a task is not done: too many wait, or the client owes work (`waitMs`: until it owes none). */
export type WorkRefused = { refused: 'overloaded' } | { refused: 'rateLimited'; waitMs: number }

/** For work that holds up the process: reading and planning operations that are not known yet. */
export type WorkQueue = {
  /** Does the task when it is the client's turn. Its time counts against the client. Rejects with what the task throws. */
  run<Result>(client: string, task: () => Result): Promise<{ result: Result } | WorkRefused>
  /** Counts work that was done elsewhere, in ms. */
  charge(client: string, ms: number): void
  queued(): number
}

const OVERLOADED: WorkRefused = { refused: 'overloaded' }
const WAITING = { maxQueuedEach: 100, maxQueued: 1_000 }

/**
 * Does tasks one at a time, and lets requests that need no such work go on between two of them. Clients take turns: each
 * waits for at most one task of every other client, however many those have sent. A millisecond of work costs a client as
 * much of its rate as a request: so one that is allowed 200 requests in a second holds up a fifth of it at most.
 */
export function createWorkQueue(
  rateLimit: Pick<RateLimit, 'charge' | 'owes'>,
  { maxQueuedEach, maxQueued }: WorkQueueSettings = WAITING,
  now: () => number = () => performance.now(),
): WorkQueue {
  /** Tasks that wait, by client; the client whose turn is next comes first. */
  const waiting = new Map<string, (() => void)[]>()
  let queued = 0
  let isScheduled = false

  const takeNext = (): (() => void) | undefined => {
    for (const [client, tasks] of waiting) {
      waiting.delete(client)
      const task = tasks.shift()
      if (tasks.length > 0) waiting.set(client, tasks)
      queued--
      return task
    }
    return undefined
  }
  const schedule = () => {
    if (isScheduled || queued === 0) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      takeNext()?.()
      schedule()
    })
  }

  return {
    queued: () => queued,
    charge: rateLimit.charge,
    run: <Result>(client: string, task: () => Result) => {
      const tasks = waiting.get(client) ?? []
      if (queued >= maxQueued || tasks.length >= maxQueuedEach) return Promise.resolve(OVERLOADED)
      const { promise, resolve, reject } = Promise.withResolvers<{ result: Result } | WorkRefused>()
      tasks.push(() => {
        const waitMs = rateLimit.owes(client)
        if (waitMs > 0) return resolve({ refused: 'rateLimited', waitMs })
        const startedAt = now()
        try {
          resolve({ result: task() })
        } catch (error) {
          reject(error)
        } finally {
          rateLimit.charge(client, now() - startedAt)
        }
      })
      waiting.set(client, tasks)
      queued++
      schedule()
      return promise
    },
  }
}
