import type { ChildProcess } from 'node:child_process'
import { UserError } from '../../user-error.ts'
import { startOf } from '../bootstrap/lock.mjs'
import { cpuMsOf } from '../cpu-time.ts'
import { endOf, kill, launch } from './child.ts'
import { lastLines, lengthOf } from './logs.ts'
import { pause } from './pause.ts'
import { labelOf, type ProcessEntry, type Spec } from './spec.ts'
import { TIMING, type Timing, watch } from './watch.ts'

/** A process that was never ready is given up after it ended this often in a row. */
const MAX_ATTEMPTS = 3
/** Lines of its log that the error quotes. */
const LOG_LINES = 12
/** EX_CONFIG: its settings are invalid, so a restart is pointless. */
const EXIT_CONFIG = 78
const MIN_BACKOFF_MS = 200
const MAX_BACKOFF_MS = 10_000

export type SupervisedProcess = {
  spec: Spec
  /** Resolves when the process is ready for the first time; rejects if it can't be started. */
  ready: Promise<void>
  /** What it waits for, as a text for people; undefined once it is ready. */
  missing(): string | undefined
  entry(): ProcessEntry | undefined
  /** Stops the process and starts it again at once, with its present code. */
  restart(): void
  /** Sends its stop signal, and kills it when `patience` is aborted. Resolves when it has ended. */
  stop(patience: AbortSignal): Promise<void>
}

/** Runs a process, and restarts it whenever it ends or freezes, until `stop`. `changed` is called for every change of pid. */
export function keepRunning(
  spec: Spec,
  options: { logs: string; say: (line: string) => void; changed: () => void; timing?: Timing },
): SupervisedProcess {
  const { logs, say, changed, timing = TIMING } = options
  const label = labelOf(spec)
  const stopping = new AbortController()
  /** Aborted to start the process again without a back-off. */
  let restarting = new AbortController()
  const first = Promise.withResolvers<void>()
  first.promise.catch(() => {}) // Callers of `ready` get the error.
  let entry: ProcessEntry | undefined
  let child: ChildProcess | undefined
  let hasBeenReady = false
  /** The log's length before the latest start. */
  let logLength = 0
  let missing: string | undefined = 'is starting'

  const becameReady = () => {
    if (hasBeenReady && missing !== undefined) say(`${label} is back.`)
    hasBeenReady = true
    missing = undefined
    first.resolve()
  }

  /** Runs the process once; resolves with the reason when it has ended. */
  async function runOnce(): Promise<string> {
    await spec.prepare?.()
    if (stopping.signal.aborted) return 'stopped'
    logLength = lengthOf(logs, label)
    const started = launch(spec, logs)
    child = started
    const ended = new AbortController()
    const end = endOf(started, label).finally(() => ended.abort())
    end.catch(() => {}) // Awaited below.
    const { pid } = started
    if (pid !== undefined) {
      const { name, replica, port, issuerUrl } = spec
      entry = { name, replica, pid, port, started: startOf(pid), ...(issuerUrl && { issuerUrl }) }
    }
    changed()
    const frozen = await watch(spec, () => cpuMsOf(pid), AbortSignal.any([ended.signal, stopping.signal]), timing, {
      becameReady,
      failed: first.reject,
      waitsFor: (what) => (missing = what),
    })
    if (frozen && !ended.signal.aborted) kill(started)
    const reason = await end
    entry = undefined
    return frozen ?? reason
  }

  async function runRepeatedly(): Promise<void> {
    for (let failures = 0; ; ) {
      const startedAt = Date.now()
      const reason = await runOnce().catch((error: Error) => {
        if (!hasBeenReady) throw error
        return `could not be started (${error.message})`
      })
      if (stopping.signal.aborted) return
      if (restarting.signal.aborted) {
        restarting = new AbortController()
        failures = 0
        missing = 'is starting with its new code'
        changed()
        continue
      }
      failures = Date.now() - startedAt > timing.steadyMs ? 1 : failures + 1
      missing = 'is being replaced'
      if (!hasBeenReady && (failures >= MAX_ATTEMPTS || reason.endsWith(` ${EXIT_CONFIG}`))) {
        const log = lastLines(logs, label, LOG_LINES, logLength)
        throw new UserError(
          `${label} did not start: it ${reason}.${log && `\n${log}`}\n(Its log: ${logs}/${label}.log)`,
        )
      }
      const wait = backoffMs(failures)
      changed()
      say(`${label} ${reason}; starting it again in ${wait / 1000} s.`)
      await pause(wait, AbortSignal.any([stopping.signal, restarting.signal]))
      if (stopping.signal.aborted) return
    }
  }

  const running = runRepeatedly().catch(first.reject)
  return {
    spec,
    ready: first.promise,
    missing: () => missing,
    entry: () => entry,
    restart: () => {
      restarting.abort()
      child?.kill(spec.stopSignal)
    },
    async stop(patience) {
      stopping.abort()
      first.resolve()
      const target = child
      const force = () => target && kill(target)
      target?.kill(spec.stopSignal)
      target?.kill('SIGCONT') // A process that is stopped (SIGSTOP) gets it only when it continues.
      patience.addEventListener('abort', force)
      if (patience.aborted) force()
      await running
      patience.removeEventListener('abort', force)
    },
  }
}

/** The delay before a restart after `failures` (>= 1) failures in a row: 0.2 s, doubled each time, at most 10 s. */
export const backoffMs = (failures: number): number => Math.min(MIN_BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS)
