import type { Logger } from './log.ts'

/** What becomes of work that fails: it is logged as `what`, and what it belongs to is ended. */
export type OnFault = {
  log: Logger
  what: string
  /** What else is logged: whom or what it was for. */
  about?: object
  end?: (error: unknown) => void
}

/**
 * Runs work that nobody waits for: that of an event handler, a timer, a message. What it throws, at once or later, is logged
 * and ends what it belongs to, and nothing else: left to itself it would end the process, and everybody's work with it.
 */
export function detached(work: () => unknown, onFault: OnFault): void {
  try {
    const done = work()
    if (isThenable(done)) done.then(undefined, (error: unknown) => fault(error, onFault))
  } catch (error) {
    fault(error, onFault)
  }
}

function fault(error: unknown, { log, what, about, end }: OnFault): void {
  log.error({ ...about, err: error }, what)
  try {
    end?.(error)
  } catch (again) {
    log.error({ ...about, err: again }, `${what}; and ending it failed too`)
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
