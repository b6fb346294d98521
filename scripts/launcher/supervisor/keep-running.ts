import type { ChildProcess } from 'node:child_process'
import { UserError } from '../../user-error.ts'
import { startOf } from '../bootstrap/lock.mjs'
import { backoffMs } from './backoff.ts'
import { endOf, kill, launch } from './child.ts'
import { lastLines, lengthOf } from './logs.ts'
import { pause } from './pause.ts'
import { labelOf, type ProcessEntry, type Spec } from './spec.ts'
import { TIMING, type Timing, watch } from './watch.ts'

/** Ends in a row, never having been ready, after which a start is given up. */
const ATTEMPTS = 3
/** Of its log, to say why. */
const LINES_TOLD = 12
/** EX_CONFIG: its settings are wrong, so starting it again changes nothing. */
const WRONG_SETTINGS = 78

export type Kept = {
  spec: Spec
  /** Resolves when the process is ready for the first time; rejects where it can not be started. */
  ready: Promise<void>
  /** What it still waits for, for people; undefined once it is ready. */
  missing(): string | undefined
  entry(): ProcessEntry | undefined
  /** Has it stop and start again at once, with whatever its code is now. */
  restart(): void
  /** Asks it to stop; ends it when `patience` is aborted. Resolves when it is gone. */
  stop(patience: AbortSignal): Promise<void>
}

/** Runs a process and replaces it whenever it ends or freezes, until `stop`. `changed` is told of every new pid. */
export function keepRunning(
  spec: Spec,
  options: { logs: string; say: (line: string) => void; changed: () => void; timing?: Timing },
): Kept {
  const { logs, say, changed, timing = TIMING } = options
  const label = labelOf(spec)
  const stopping = new AbortController()
  /** Aborted where it is to start again without a wait. */
  let anew = new AbortController()
  const first = Promise.withResolvers<void>()
  first.promise.catch(() => {}) // told to whoever waits for it
  let entry: ProcessEntry | undefined
  let child: ChildProcess | undefined
  let hasBeenReady = false
  /** What the log had before this life. */
  let logged = 0
  let missing: string | undefined = 'is starting'

  const becameReady = () => {
    if (hasBeenReady && missing !== undefined) say(`${label} is back.`)
    hasBeenReady = true
    missing = undefined
    first.resolve()
  }

  /** One life of the process, from its start to its end; answers why it ended. */
  async function live(): Promise<string> {
    await spec.prepare?.()
    if (stopping.signal.aborted) return 'stopped'
    logged = lengthOf(logs, label)
    const started = launch(spec, logs)
    child = started
    const ended = new AbortController()
    const end = endOf(started, label).finally(() => ended.abort())
    end.catch(() => {}) // awaited below, when the watch has noticed
    const { pid } = started
    if (pid !== undefined) {
      const { name, replica, port, issuerUrl } = spec
      entry = { name, replica, pid, port, started: startOf(pid), ...(issuerUrl && { issuerUrl }) }
    }
    changed()
    const frozen = await watch(spec, AbortSignal.any([ended.signal, stopping.signal]), timing, {
      becameReady,
      isHopeless: first.reject,
      waitsFor: (what) => (missing = what),
    })
    if (frozen && !ended.signal.aborted) kill(started)
    const reason = await end
    entry = undefined
    return frozen ?? reason
  }

  async function keep(): Promise<void> {
    for (let failures = 0; ; ) {
      const born = Date.now()
      const reason = await live().catch((error: Error) => {
        if (!hasBeenReady) throw error
        return `could not be started (${error.message})`
      })
      if (stopping.signal.aborted) return
      if (anew.signal.aborted) {
        anew = new AbortController()
        failures = 0
        missing = 'is starting with its new code'
        changed()
        continue
      }
      failures = Date.now() - born > timing.steadyMs ? 1 : failures + 1
      missing = 'is being replaced'
      if (!hasBeenReady && (failures >= ATTEMPTS || reason.endsWith(` ${WRONG_SETTINGS}`))) {
        const log = lastLines(logs, label, LINES_TOLD, logged)
        throw new UserError(
          `${label} did not start: it ${reason}.${log && `\n${log}`}\n(Its log: ${logs}/${label}.log)`,
        )
      }
      const wait = backoffMs(failures)
      changed()
      say(`${label} ${reason}; starting it again in ${wait / 1000} s.`)
      await pause(wait, AbortSignal.any([stopping.signal, anew.signal]))
      if (stopping.signal.aborted) return
    }
  }

  const running = keep().catch(first.reject)
  return {
    spec,
    ready: first.promise,
    missing: () => missing,
    entry: () => entry,
    restart: () => {
      anew.abort()
      child?.kill(spec.stopSignal)
    },
    async stop(patience) {
      stopping.abort()
      first.resolve()
      const target = child
      const force = () => target && kill(target)
      target?.kill(spec.stopSignal)
      target?.kill('SIGCONT') // a frozen one hears it only when it goes on
      patience.addEventListener('abort', force)
      if (patience.aborted) force()
      await running
      patience.removeEventListener('abort', force)
    },
  }
}
