import { createFairQueue } from '../../chassis/fair-queue.ts'
import { createRateLimit, type RateLimit } from '../../chassis/rate-limit.ts'

/** How many tasks may wait: of one client, and of all. */
export type WorkQueueSettings = { maxQueuedEach: number; maxQueued: number }

/**
 * The work in milliseconds that one client may cause in a second, and at once, however few requests it may send: reading and
 * planning a new operation takes 3 ms, the largest ones 100. A router that has just started needs ten times as long.
 */
const MIN_WORK = { perSecond: 100, burst: 3_000 }

/**
 * What one client may use: requests, and the milliseconds of work that they cause, each with a bucket of its own. A client
 * that is allowed more requests may cause more work, too: a millisecond for each. One that owes work may send no requests.
 */
export function createBudget(perSecond: number, burst: number, now?: () => number): RateLimit {
  const requests = createRateLimit(perSecond, burst, now)
  const work = createRateLimit(Math.max(perSecond, MIN_WORK.perSecond), Math.max(burst, MIN_WORK.burst), now)
  return {
    take: (client) => work.owes(client) || requests.take(client),
    charge: work.charge,
    owes: work.owes,
  }
}

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

/**
 * The CPU time of this thread, in ms. Not the time that passes: on a busy machine a client would pay for what others do.
 */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/**
 * Passes of the event loop after a task: one for each millisecond that it took, which costs about 1 % of that. In each pass libuv
 * (since 1.45) accepts one new connection only. With one pass after each task of 100 ms, everybody who connects would wait for
 * the tasks of ten seconds behind a client that has opened a hundred connections.
 */
const MAX_PASSES = 256

function afterPasses(passes: number, act: () => void): void {
  setImmediate(() => (passes > 1 ? afterPasses(passes - 1, act) : act()))
}

const OVERLOADED: WorkRefused = { refused: 'overloaded' }
const WAITING = { maxQueuedEach: 100, maxQueued: 1_000 }

/**
 * Does tasks one at a time, and lets requests that need no such work go on between two of them. Clients take turns: each
 * waits for at most one task of every other client, however many those have sent. The CPU time of its tasks counts against a
 * client; one that owes some has its tasks refused.
 */
export function createWorkQueue(
  rateLimit: Pick<RateLimit, 'charge' | 'owes'>,
  { maxQueuedEach, maxQueued }: WorkQueueSettings = WAITING,
  clock: () => number = cpuMs,
): WorkQueue {
  /** Each returns what it took, in ms. */
  const waiting = createFairQueue<() => number>()
  let isRunning = false

  /** `usedMs`: what the task before took. */
  const runNext = (usedMs: number) =>
    afterPasses(Math.min(MAX_PASSES, Math.ceil(usedMs)), () => {
      const task = waiting.next()
      isRunning = task !== undefined
      if (task) runNext(task())
    })

  return {
    queued: waiting.size,
    charge: rateLimit.charge,
    run: <Result>(client: string, task: () => Result) => {
      if (waiting.size() >= maxQueued || waiting.sizeOf(client) >= maxQueuedEach) return Promise.resolve(OVERLOADED)
      const { promise, resolve, reject } = Promise.withResolvers<{ result: Result } | WorkRefused>()
      waiting.add(client, () => {
        const waitMs = rateLimit.owes(client)
        if (waitMs > 0) {
          resolve({ refused: 'rateLimited', waitMs })
          return 0
        }
        const startedAt = clock()
        try {
          resolve({ result: task() })
        } catch (error) {
          reject(error)
        }
        const usedMs = clock() - startedAt
        rateLimit.charge(client, usedMs)
        return usedMs
      })
      if (!isRunning) runNext(0)
      isRunning = true
      return promise
    },
  }
}
