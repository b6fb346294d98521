import { REFUSED } from '../../chassis/guard.ts'

/** How many jobs may wait: of one client, and of all. */
export type FairQueueSettings = { maxQueuedEach: number; maxQueued: number }

export type FairQueue = {
  /** Runs the job when it is its turn. Returns REFUSED at once if too many wait. */
  run<Result>(client: string, job: () => Promise<Result>): Promise<Result | typeof REFUSED>
  queued(): number
}

/**
 * Runs jobs one at a time. Clients take turns, each with its oldest job: a client waits for at most one job of each other
 * client, however many jobs those have sent.
 */
export function createFairQueue({ maxQueuedEach, maxQueued }: FairQueueSettings): FairQueue {
  /** Jobs that wait, by client; the client whose turn is next comes first. */
  const waiting = new Map<string, (() => Promise<unknown>)[]>()
  let queued = 0
  let isRunning = false

  const takeNext = (): (() => Promise<unknown>) | undefined => {
    for (const [client, jobs] of waiting) {
      waiting.delete(client)
      const job = jobs.shift()
      if (jobs.length > 0) waiting.set(client, jobs)
      if (job) queued--
      return job
    }
    return undefined
  }

  const runAll = async () => {
    if (isRunning) return
    isRunning = true
    for (let job = takeNext(); job; job = takeNext()) await job()
    isRunning = false
  }

  return {
    queued: () => queued,
    run: (client, job) => {
      const jobs = waiting.get(client) ?? []
      if (queued >= maxQueued || jobs.length >= maxQueuedEach) return Promise.resolve(REFUSED)
      return new Promise((resolve, reject) => {
        jobs.push(() => job().then(resolve, reject))
        waiting.set(client, jobs)
        queued++
        void runAll() // Its jobs never reject: their outcome goes to their callers.
      })
    },
  }
}
