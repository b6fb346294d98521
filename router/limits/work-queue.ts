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
  /** The same for the next part of work that was let in already: it is never refused. */
  resume<Result>(client: string, task: () => Result): Promise<Result>
  /** Counts work that was done elsewhere, in ms. */
  charge(client: string, ms: number): void
  queued(): number
}

/** For work that is done elsewhere: one task at a time, too. Each counts what it takes by itself. */
export type BackgroundQueue = {
  run<Result>(client: string, task: () => Promise<Result>): Promise<{ result: Result } | WorkRefused>
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
/** Plans that take long: more could not be made before their requests time out. */
const WAITING_IN_BACKGROUND = { maxQueuedEach: 20, maxQueued: 100 }

/**
 * Does tasks one at a time, and lets requests that need no such work go on between two of them. Clients take turns: each
 * waits for at most one task of every other client, however many those have sent. The CPU time of its tasks counts against a
 * client; one that owes some has its tasks refused.
 */
export function createWorkQueue(
  rateLimit: Pick<RateLimit, 'charge' | 'owes'>,
  settings: WorkQueueSettings = WAITING,
  clock: () => number = cpuMs,
): WorkQueue {
  const turns = createTurns(rateLimit, settings)

  /** Returns what the task took. */
  const perform = <Result>(client: string, task: () => Result, resolve: (result: Result) => void, reject: Reject) => {
    const startedAt = clock()
    try {
      resolve(task())
    } catch (error) {
      reject(error)
    }
    const usedMs = clock() - startedAt
    rateLimit.charge(client, usedMs)
    return usedMs
  }
  return {
    queued: turns.queued,
    charge: rateLimit.charge,
    run: (client, task) =>
      turns.admit(client, (resolve, reject) => perform(client, task, (result) => resolve({ result }), reject)),
    resume: (client, task) =>
      new Promise((resolve, reject) => turns.add(client, () => perform(client, task, resolve, reject))),
  }
}

/** The same for tasks that are done elsewhere: the next one starts when the one before has settled. */
export function createBackgroundQueue(
  rateLimit: Pick<RateLimit, 'owes'>,
  settings: WorkQueueSettings = WAITING_IN_BACKGROUND,
): BackgroundQueue {
  const turns = createTurns(rateLimit, settings)
  return {
    queued: turns.queued,
    run: (client, task) =>
      turns.admit(client, async (resolve, reject) => {
        await task().then((result) => resolve({ result }), reject)
        return 0
      }),
  }
}

type Reject = (error: unknown) => void

/** Returns how long it held up this thread, in ms. */
type Task = () => number | Promise<number>

/** The turns of clients. `add` refuses nothing; `admit` refuses what is too much. */
function createTurns(rateLimit: Pick<RateLimit, 'owes'>, { maxQueuedEach, maxQueued }: WorkQueueSettings) {
  const waiting = createFairQueue<Task>()
  let isRunning = false

  /** `usedMs`: what the task before took. */
  const runNext = (usedMs: number) =>
    afterPasses(Math.min(MAX_PASSES, Math.ceil(usedMs)), () => {
      const task = waiting.next()
      isRunning = task !== undefined
      const used = task?.()
      if (typeof used === 'number') runNext(used)
      else void used?.then(runNext)
    })
  const add = (client: string, task: Task) => {
    waiting.add(client, task)
    if (!isRunning) runNext(0)
    isRunning = true
  }
  const admit = async <Outcome>(
    client: string,
    start: (resolve: (outcome: Outcome | WorkRefused) => void, reject: Reject) => number | Promise<number>,
  ): Promise<Outcome | WorkRefused> => {
    if (waiting.size() >= maxQueued || waiting.sizeOf(client) >= maxQueuedEach) return OVERLOADED
    return new Promise((resolve, reject) =>
      add(client, () => {
        const waitMs = rateLimit.owes(client)
        if (waitMs <= 0) return start(resolve, reject)
        resolve({ refused: 'rateLimited', waitMs })
        return 0
      }),
    )
  }
  return { add, admit, queued: waiting.size }
}
