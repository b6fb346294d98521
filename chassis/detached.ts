import type { Logger } from './log.ts'

/** How a failure of detached work is handled: it is logged with the message `what`, and then `end` is called. */
export type FailureHandling = {
  log: Logger
  what: string
  /** Further fields of the log line, e.g. the request's id. */
  about?: object
  /** Ends what the work belongs to: a connection, an operation. */
  end?: (error: unknown) => void
}

/**
 * Runs work that no caller awaits: that of an event handler, a timer or a message. An error, thrown or rejected, is logged
 * and ends only what the work belongs to. Unhandled, it would end the process and every other client's work with it.
 */
export function detached(work: () => unknown, handling: FailureHandling): void {
  try {
    const done = work()
    if (isThenable(done)) done.then(undefined, (error: unknown) => handleFailure(error, handling))
  } catch (error) {
    handleFailure(error, handling)
  }
}

function handleFailure(error: unknown, { log, what, about, end }: FailureHandling): void {
  log.error({ ...about, err: error }, what)
  try {
    end?.(error)
  } catch (endError) {
    log.error({ ...about, err: endError }, `${what}; and ending it failed too`)
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** EX_SOFTWARE (sysexits.h). */
const EXIT_CODE = 70
export const UNCAUGHT_MESSAGE = 'an uncaught error: the process exits'

/**
 * Exits the process with code 70 on an uncaught exception or unhandled rejection, after one log line. It does not go on,
 * because the failed work may still hold a lock or a part of a quota that nothing would release. It does not drain either:
 * everything durable is in the database and the streams, clients reconnect, and the supervisor starts another process
 * sooner than a drain would end. Work that a client causes runs through `detached`, so it never ends the process.
 */
export function exitOnUncaught(log: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    try {
      log.fatal({ err: error, origin }, UNCAUGHT_MESSAGE)
    } finally {
      process.exit(EXIT_CODE)
    }
  })
}
