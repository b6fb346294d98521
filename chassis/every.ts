import type { Logger } from './log.ts'

/** Does `work` again and again, `pauseMs` after it was last done, until stopped; a failure is logged and tried again. */
export function every(
  pauseMs: number,
  work: () => Promise<unknown>,
  log: Logger,
): { stop(): Promise<void>; now(): void } {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let again = false
  const run = () => {
    timer = undefined
    running = Promise.try(work)
      .catch((error) => log.warn({ err: error }, 'a job failed; it is tried again'))
      .then(() => {
        running = null
        if (stopped) return
        const soon = again
        again = false
        timer = setTimeout(run, soon ? 0 : pauseMs)
      })
  }
  run()
  return {
    /** Does it at once, or once more when it is just being done. */
    now: () => {
      again = running !== null
      if (running || stopped) return
      clearTimeout(timer)
      run()
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
