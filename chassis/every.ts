import type { Logger } from './log.ts'

/**
 * Runs `work` repeatedly until stopped, `pauseMs` after each run has ended. A failed run is logged, and the next one
 * comes as usual.
 */
export function every(
  pauseMs: number,
  work: () => Promise<unknown>,
  log: Logger,
): { stop(): Promise<void>; now(): void } {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let isRequested = false
  const run = () => {
    timer = undefined
    running = Promise.try(work)
      .catch((error) => log.warn({ err: error }, 'a job failed; it is tried again'))
      .then(() => {
        running = null
        if (stopped) return
        const delayMs = isRequested ? 0 : pauseMs
        isRequested = false
        timer = setTimeout(run, delayMs)
      })
  }
  run()
  return {
    /** Runs it at once; if it is running, once more as soon as it has ended. */
    now: () => {
      isRequested = running !== null
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
