import { Worker } from 'node:worker_threads'
import type { QueryPlan } from '@apollo/query-planner'
import { TookTooLong } from './time-limit.ts'

export type PlanRequest = { text: string }
export type PlanReply = 'ready' | { plan: string } | { error: string }

/** Plans the text of one operation. */
export type BackgroundPlanner = (text: string) => Promise<QueryPlan>

/** Thrown where too many operations wait for the background planner. */
export class TooManyWaiting extends Error {}

const SETTINGS = {
  /** The time for one plan. */
  planningMs: 5_000,
  /** The thread ends if it has nothing to do for this time. It takes about 100 MiB, and at most twice `maxHeapMb`. */
  idleMs: 30_000,
  maxWaiting: 20,
  maxHeapMb: 192,
}

type Job = PlanRequest & { resolve: (plan: QueryPlan) => void; reject: (error: Error) => void }

/**
 * Plans in a thread of its own what would block the router. The thread is started when it is needed, plans one operation
 * after the other, and is ended with the one that takes too long or too much memory.
 */
export function createBackgroundPlanner(sdl: string, settings: Partial<typeof SETTINGS> = {}): BackgroundPlanner {
  const { planningMs, idleMs, maxWaiting, maxHeapMb } = { ...SETTINGS, ...settings }
  const waiting: Job[] = []
  let thread: { worker: Worker; isReady: boolean } | null = null
  let job: Job | undefined
  let timer: NodeJS.Timeout | undefined

  const after = (ms: number, act: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
    timer.unref()
  }
  const start = () => {
    const worker = new Worker(new URL('./planner-thread.ts', import.meta.url), {
      workerData: { sdl },
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    })
    const started = { worker, isReady: false }
    worker.on('message', (reply: PlanReply) => {
      if (thread !== started) return
      if (reply === 'ready') started.isReady = true
      else if ('plan' in reply) job?.resolve(JSON.parse(reply.plan))
      else job?.reject(new Error(reply.error))
      if (reply !== 'ready') job = undefined
      next()
    })
    worker.on('error', (error) => {
      if (thread === started) end(error)
    })
    worker.unref() // last, because a listener would keep the process alive
    thread = started
  }
  /** Ends the thread and the plan it is making, and goes on with the others. */
  const end = (reason: Error) => {
    clearTimeout(timer)
    void thread?.worker.terminate()
    // If it cannot even start, all would wait in vain.
    const ended = thread?.isReady ? [job] : [job, ...waiting.splice(0)]
    thread = null
    job = undefined
    for (const each of ended) each?.reject(reason)
    if (waiting.length) next()
  }
  const next = () => {
    if (!thread) start()
    if (!thread?.isReady || job) return
    job = waiting.shift()
    if (!job) return after(idleMs, () => end(new Error('The planner has nothing to do.')))
    thread.worker.postMessage({ text: job.text } satisfies PlanRequest)
    after(planningMs, () => end(new TookTooLong(`It took longer than ${planningMs} ms.`)))
  }
  return (text) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= maxWaiting)
        return reject(new TooManyWaiting(`${maxWaiting} operations wait for their plan.`))
      waiting.push({ text, resolve, reject })
      next()
    })
}
