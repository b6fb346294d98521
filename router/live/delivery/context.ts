import { detached } from '../../../chassis/detached.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { Hub } from './hub.ts'
import { type Turns, turns } from './semaphore.ts'
import { type Asking, createAsking, type Timing } from './snapshot-requests.ts'
import type { Reads } from './stream-reads.ts'

/** What all subscribers of a process share. */
export type Following = {
  hub: Hub
  source: Reads
  /** Bounds how many read LIVE at once. */
  turns: Turns
  asking: Asking
  log: Logger
  timing: Timing
}

const TIMING: Timing = {
  ownerMs: 1_000,
  askAgainMs: 2_000,
  retryMs: 500,
  later: (ms, then) => {
    // Thousands must not all come at the same moment.
    const timer = setTimeout(then, ms * (0.75 + Math.random() / 2))
    return () => clearTimeout(timer)
  },
}

/** How many subscribers read LIVE at once; the others wait for their turn. */
const READ_AT_ONCE = 64

type Options = { hub: Hub; source: Reads; log: Logger; timing?: Timing; readAtOnce?: number }

/** Makes what the subscribers to one hub share. */
export function createFollowing({ readAtOnce = READ_AT_ONCE, ...options }: Options): Following {
  const { log } = options
  const { later, ...rest } = options.timing ?? TIMING
  const timing: Timing = {
    ...rest,
    later: (ms, then) => later(ms, () => detached(then, { log, what: 'a subscriber failed' })),
  }
  return { ...options, timing, turns: turns(readAtOnce), asking: createAsking({ ...options, timing }) }
}
