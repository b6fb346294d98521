import { Worker } from 'node:worker_threads'

/** A job took longer than it may, or more memory than the thread has. */
export class JobStopped extends Error {}

/** A thread that does one job at a time. */
export type Thread<Job, Answer> = {
  /** Gives the thread a job. Only one may be under way. Rejects with JobStopped, and if the thread threw an error. */
  run(job: Job): Promise<Answer>
  /** Resolves when the thread is ready for its first job, or has failed to start. */
  ready: Promise<unknown>
  close(): Promise<unknown>
}

export type ThreadSettings = {
  /** A module that posts READY, and then an answer to each job that it gets. */
  file: URL
  data: unknown
  /** The time a job may take; then the thread is ended, and another is started. */
  maxJobMs: number
  /** The thread's heap. */
  maxMemoryMb: number
}

/** What the module of a thread posts when it is ready, before any answer. */
export const READY = 'ready'

/**
 * A thread for work that must not hold up the process and that cannot be interrupted: JavaScript has no other way to limit
 * the time of a synchronous call than to end its thread. If it ends, by a time limit or an error, another takes its place.
 */
export function createThread<Job, Answer>(settings: ThreadSettings): Thread<Job, Answer> {
  let current: Started<Answer> | null = null
  let isClosed = false

  const start = (): Started<Answer> => {
    const started = startWorker<Answer>(settings, (wasReady) => {
      if (current !== started) return
      current = null
      // One that cannot start is tried again with the next job only.
      if (wasReady && !isClosed) current = start()
    })
    return started
  }
  current = start()

  return {
    get ready() {
      return current?.ready ?? Promise.resolve()
    },
    run: async (job) => {
      current ??= start()
      const { ready, ask } = current
      await ready
      return ask(job)
    },
    close: async () => {
      isClosed = true
      await current?.worker.terminate()
    },
  }
}

type Started<Answer> = { worker: Worker; ready: Promise<void>; ask: (job: unknown) => Promise<Answer> }

function startWorker<Answer>(
  { file, data, maxJobMs, maxMemoryMb }: ThreadSettings,
  onEnd: (wasReady: boolean) => void,
): Started<Answer> {
  const worker = new Worker(file, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb } })
  const readiness = Promise.withResolvers<void>()
  let wasReady = false
  let underWay: PromiseWithResolvers<Answer> | null = null
  let ended: unknown = null

  worker.on('message', (message: unknown) => {
    if (message === READY) {
      wasReady = true
      return readiness.resolve()
    }
    underWay?.resolve(message as Answer) // posted by `file`
    underWay = null
  })
  worker.on('error', (error) => {
    const isOutOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    end(isOutOfMemory ? new JobStopped('The job took too much memory.') : error)
  })
  worker.on('exit', () => end(new JobStopped('The thread has ended.')))
  const end = (reason: unknown) => {
    if (ended) return
    ended = reason
    underWay?.reject(reason)
    readiness.resolve()
    onEnd(wasReady)
  }

  const ask = async (job: unknown): Promise<Answer> => {
    if (ended) throw ended
    const mine = Promise.withResolvers<Answer>()
    underWay = mine
    worker.postMessage(job)
    const timer = setTimeout(() => {
      end(new JobStopped(`The job took more than ${maxJobMs} ms.`))
      void worker.terminate()
    }, maxJobMs)
    return mine.promise.finally(() => clearTimeout(timer))
  }
  return { worker, ready: readiness.promise, ask }
}
