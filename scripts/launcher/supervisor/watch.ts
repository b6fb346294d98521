import { UserError } from '../../user-error.ts'
import { pause } from './pause.ts'
import type { Spec } from './spec.ts'

export type Timing = {
  /** Between two health checks. */
  intervalMs: number
  /** A process that lived this long begins the back-off anew. */
  steadyMs: number
  /** A process that is not ready by then must at least answer its health checks. */
  graceMs: number
  /** What each tier is left to stop by itself once the stop is hurried. */
  hurriedMs: number
}

export const TIMING: Timing = { intervalMs: 2_000, steadyMs: 30_000, graceMs: 45_000, hurriedMs: 1_500 }

/** Health checks failed in a row after which a process is taken for frozen. */
const STRIKES = 3

/** Watches one process until it ends (or is to stop: then it may fall silent); answers why it must be ended, if it must. */
export async function watch(
  spec: Spec,
  ended: AbortSignal,
  timing: Timing,
  tell: { becameReady: () => void; isHopeless: (why: UserError) => void; waitsFor: (what: string) => void },
): Promise<string | undefined> {
  const grace = Date.now() + timing.graceMs
  let isReady = false
  for (let strikes = 0; !ended.aborted; ) {
    // What waits for another (a database that is away) is not frozen: only its health is judged, once it had time to start.
    const isJudged = isReady || Date.now() > grace
    if (!isReady) {
      await spec.ready().then(
        () => {
          isReady = true
          if (!ended.aborted) tell.becameReady()
        },
        (error) => {
          if (error instanceof UserError) tell.isHopeless(error)
          tell.waitsFor(error instanceof Error ? error.message : String(error))
        },
      )
    }
    if (isJudged) {
      strikes = await spec.health().then(
        () => 0,
        () => strikes + 1,
      )
    }
    if (strikes >= STRIKES) return `did not answer ${STRIKES} health checks in a row and was ended`
    await pause(isReady || isJudged ? timing.intervalMs : 100, ended)
  }
  return undefined
}
