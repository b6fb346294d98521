import { UserError } from '../../user-error.ts'
import { pause } from './pause.ts'
import type { Spec } from './spec.ts'

export type Timing = {
  /** Interval of the health checks. */
  intervalMs: number
  /** A process that ran this long starts with the shortest back-off again. */
  steadyMs: number
  /** After this time, a process that is not ready must at least pass its health checks. */
  graceMs: number
  /** How long each tier may take to stop once the stop is hurried. */
  hurriedMs: number
}

export const TIMING: Timing = { intervalMs: 2_000, steadyMs: 30_000, graceMs: 45_000, hurriedMs: 1_500 }

/** A process counts as frozen after this many failed health checks in a row. */
const MAX_FAILED_CHECKS = 3

/** Checks a process until `ended` (it ended or is being stopped); returns why it must be killed, if it counts as frozen. */
export async function watch(
  spec: Spec,
  ended: AbortSignal,
  timing: Timing,
  on: { becameReady: () => void; failed: (error: UserError) => void; waitsFor: (what: string) => void },
): Promise<string | undefined> {
  const grace = Date.now() + timing.graceMs
  let isReady = false
  for (let failedChecks = 0; !ended.aborted; ) {
    // A process that waits for another one (a database that is away) is not frozen, so only its health counts.
    const isChecked = isReady || Date.now() > grace
    if (!isReady) {
      await spec.ready().then(
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
      failedChecks = await spec.health().then(
        () => 0,
        () => failedChecks + 1,
      )
    }
    if (failedChecks >= MAX_FAILED_CHECKS)
      return `did not answer ${MAX_FAILED_CHECKS} health checks in a row and was ended`
    await pause(isReady || isChecked ? timing.intervalMs : 100, ended)
  }
  return undefined
}
