import type { Logger } from './log.ts'

/** EX_SOFTWARE (sysexits.h). */
const FAULT = 70
export const FAULT_TOLD = 'a fault that nothing caught: the process ends'

/**
 * Ends the process (70) at a rejection or exception that nothing caught, with one line in its log. It does not go on: work
 * has stopped somewhere in its middle, and nobody knows what it held (a place, a share of a quota, a lock), so nobody gives it
 * back. Nor does it drain: all that must last is in the database and the streams, whoever was connected comes back, and the
 * supervisor has a sound process there sooner than this one would have gone. One client's message never comes to this:
 * `detached`.
 */
export function endOnFault(log: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    try {
      log.fatal({ err: error, origin }, FAULT_TOLD)
    } finally {
      process.exit(FAULT)
    }
  })
}
