import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { QueryPlan } from '@apollo/query-planner'
import { TookTooLong } from './time-limit.ts'

export type PlannerRequest = { sdl: string } | { text: string; maxMs: number }
/** `cpuMs`: what planning took. */
export type PlannerReply = 'ready' | { plan: string; cpuMs: number } | { error: string; cpuMs: number }

/**
 * Plans the text of one operation. `onWork` gets the milliseconds that it took, also where it fails. It is called again only
 * when the promise has settled (limits/work-queue.ts).
 */
export type BackgroundPlanner = (text: string, onWork?: (ms: number) => void) => Promise<QueryPlan>

/** The process could not be started. That says nothing of the operation, so it may be planned later. */
export class PlannerUnavailable extends Error {}

const SETTINGS = {
  /** The time for the start of the process, which is usually a second. */
  startMs: 60_000,
  /** The time for one plan. The first ones of a process take three times as long as later ones. */
  planningMs: 10_000,
  /** The process ends if it has nothing to do for this time. It takes about 100 MiB, and at most twice `maxHeapMb`. */
  idleMs: 30_000,
  maxHeapMb: 192,
}

type Job = {
  text: string
  onWork: (ms: number) => void
  resolve: (plan: QueryPlan) => void
  reject: (error: Error) => void
  /** By `performance.now()`, when the process got it. */
  sentAt: number
  isRepeated: boolean
}

/** If the router is killed, the process ends its plan by itself, at the latest this much after its time. */
const ORPHAN_MS = 1_000

const PROGRAM = fileURLToPath(new URL('./planner-process.ts', import.meta.url))

/**
 * Plans in a process of its own what would block the router. The process is started when it is needed, and is ended with the
 * operation that takes too long or too much memory. It is no thread, because a thread that allocates a large array beyond its
 * limit aborts the whole process.
 */
export function createBackgroundPlanner(sdl: string, settings: Partial<typeof SETTINGS> = {}): BackgroundPlanner {
  const { startMs, planningMs, idleMs, maxHeapMb } = { ...SETTINGS, ...settings }
  let planner: { child: ChildProcess; isReady: boolean } | null = null
  let job: Job | undefined
  let timer: NodeJS.Timeout | undefined

  const after = (ms: number, act: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
    timer.unref()
  }
  const send = (child: ChildProcess, request: PlannerRequest) => child.send(request)
  const start = () => {
    const child = fork(PROGRAM, {
      execArgv: [`--max-old-space-size=${maxHeapMb}`],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const started = { child, isReady: false }
    child.on('message', (reply: PlannerReply) => {
      if (planner !== started) return
      if (reply === 'ready') {
        started.isReady = true
        return plan()
      }
      const planned = job
      job = undefined
      after(idleMs, () => end(new Error('The planner has nothing to do.')))
      planned?.onWork(reply.cpuMs)
      if ('plan' in reply) planned?.resolve(JSON.parse(reply.plan))
      else planned?.reject(new Error(reply.error))
    })
    child.on('error', (error) => {
      if (planner === started) end(new PlannerUnavailable(error.message))
    })
    child.on('exit', (code, signal) => {
      if (planner === started) lose(`The planner ended with ${signal ?? code}, mostly for lack of memory.`)
    })
    send(child, { sdl })
    // Last, because a listener would keep the router alive.
    child.unref()
    child.channel?.unref()
    planner = started
    after(startMs, () => end(new PlannerUnavailable('The planner has not started.')))
  }
  /** Ends the process, and with it the plan that it is making. */
  const end = (reason: Error) => {
    clearTimeout(timer)
    planner?.child.kill('SIGKILL')
    planner = null
    job?.reject(reason)
    job = undefined
  }
  /** The process has ended by itself, or from outside. In case its operation is not the cause, that is planned once more. */
  const lose = (why: string) => {
    if (!planner?.isReady) return end(new PlannerUnavailable(why))
    if (!job) return end(new Error(why))
    job.onWork(performance.now() - job.sentAt)
    if (job.isRepeated) return end(new Error(why))
    job.isRepeated = true
    planner = null
    plan()
  }
  const plan = () => {
    if (!planner) start()
    if (!planner?.isReady || !job) return
    job.sentAt = performance.now()
    send(planner.child, { text: job.text, maxMs: planningMs + ORPHAN_MS })
    after(planningMs, () => {
      job?.onWork(planningMs)
      end(new TookTooLong(`It took longer than ${planningMs} ms.`))
    })
  }
  return (text, onWork = () => {}) =>
    new Promise((resolve, reject) => {
      job = { text, onWork, resolve, reject, sentAt: 0, isRepeated: false }
      plan()
    })
}
