import { UserError } from '../../user-error.ts'
import { pause } from './pause.ts'

export type Timing = {
  /** Interval of the health checks. */
  intervalMs: number
  /** A process that ran this long starts with the shortest back-off again. */
  steadyMs: number
  /** After this time, a process that is not ready must at least pass its health checks. */
  graceMs: number
  /** A process that answers no health check for this time is replaced even if it is busy: it may be in an endless loop. */
  busyMs: number
  /** How long each tier may take to stop once the stop is hurried. */
  hurriedMs: number
}

export const TIMING: Timing = { intervalMs: 2_000, steadyMs: 30_000, graceMs: 45_000, busyMs: 60_000, hurriedMs: 1_500 }

/** A process counts as frozen after this many failed health checks in a row, during which it did not work. */
const MAX_FAILED_CHECKS = 3
/** A process that used this share of one CPU since its last health check is busy, also on an overloaded machine. */
const BUSY_SHARE = 0.05

/**
 * Checks a process until `ended` (it ended or is being stopped); returns why it must be killed, if it counts as frozen. A
 * busy process is not frozen: killing it would cut off all whom it serves, for the sake of one who made it busy. `cpuMs`:
 * the CPU time that it has used so far, in ms; null if that is unknown here.
 */
export async function watch(
  { health, ready }: { [check in 'health' | 'ready']: () => Promise<void> },
  cpuMs: () => number | null,
  ended: AbortSignal,
  timing: Timing,
  on: { becameReady: () => void; failed: (error: UserError) => void; waitsFor: (what: string) => void },
): Promise<string | undefined> {
  const grace = Date.now() + timing.graceMs
  let isReady = false
  let respondedAt = Date.now()
  let checked = { at: Date.now(), cpuMs: cpuMs() }
  for (let idleFailures = 0; !ended.aborted; ) {
    // A process that waits for another one (a database that is away) is not frozen, so only its health counts.
    const isChecked = isReady || Date.now() > grace
    if (!isReady) {
      await ready().then(
        () => {
          isReady = true
          if (!ended.aborted) on.becameReady()
        },
        (error) => {
          if (error instanceof UserError) on.failed(error)
          on.waitsFor(error instanceof Error ? error.message : String(error))
        },
      )
    }
    if (isChecked) {
      const answers = await health().then(
        () => true,
        () => false,
      )
      const before = checked
      checked = { at: Date.now(), cpuMs: cpuMs() }
      if (answers) respondedAt = checked.at
      idleFailures = answers || wasBusy(before, checked) ? 0 : idleFailures + 1
    }
    if (idleFailures >= MAX_FAILED_CHECKS)
      return `did not answer ${MAX_FAILED_CHECKS} health checks in a row and was ended`
    if (isChecked && checked.at - respondedAt > timing.busyMs)
      return `was too busy for ${timing.busyMs / 1_000} s to answer a health check and was ended`
    await pause(isReady || isChecked ? timing.intervalMs : 100, ended)
  }
  return undefined
}

type Check = { at: number; cpuMs: number | null }

const wasBusy = (before: Check, now: Check) =>
  before.cpuMs !== null && now.cpuMs !== null && now.cpuMs - before.cpuMs > BUSY_SHARE * (now.at - before.at)
