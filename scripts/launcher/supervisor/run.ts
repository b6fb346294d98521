import type { ChildProcess } from 'node:child_process'
import type { UserError } from '../../user-error.ts'
import { startOf } from '../bootstrap/lock.mjs'
import { cpuMsOf } from '../cpu-time.ts'
import { endOf, kill, launch } from './child.ts'
import { lastLines, lengthOf } from './logs.ts'
import { bindSocket } from './sockets.ts'
import { labelOf, type ProcessEntry, type Spec } from './spec.ts'
import { type Timing, watch } from './watch.ts'

/** Lines of its log that an error quotes. */
const LOG_LINES = 12

/** One process, from its start to its end. */
export type Run = {
  child: ChildProcess
  entry: ProcessEntry | undefined
  /** Resolves with the reason when it has ended; rejects if it could not be started. */
  ended: Promise<string>
  /** Its last log lines, of this run. */
  log: () => string
  /** Aborted when it is told to stop: whether it answers is no longer checked. */
  leaving: AbortController
}

/** What a run reports until it is ready. */
export type Reports = { becameReady: () => void; failed: (error: UserError) => void; waitsFor: (what: string) => void }

/** Starts a process of `spec`, and watches it until it ends or leaves. It inherits the sockets `handed`, and one for health checks. */
export function startRun(
  spec: Spec,
  handed: { name: string; fd: number }[],
  { logs, timing, reports }: { logs: string; timing: Timing; reports: Reports },
): Run {
  const label = labelOf(spec)
  const logLength = lengthOf(logs, label)
  const health = spec.tier === 'data' ? undefined : bindSocket(0)
  const child = launch(spec, logs, health ? [...handed, { name: 'health', fd: health.fd }] : [])
  health?.close() // It belongs to the child alone, and is gone with it.
  const port = health?.port ?? spec.port
  const ended = new AbortController()
  const end = endOf(child, label).finally(() => ended.abort())
  end.catch(() => {}) // Awaited below.
  const leaving = new AbortController()
  const watching = watch(
    { health: () => spec.health(port), ready: () => spec.ready(port) },
    () => cpuMsOf(child.pid),
    AbortSignal.any([ended.signal, leaving.signal]),
    timing,
    reports,
  )
  return {
    child,
    entry: entryOf(spec, child.pid),
    ended: watching.then(async (frozen) => {
      if (frozen && !ended.signal.aborted) kill(child)
      const reason = await end
      return frozen ?? reason
    }),
    log: () => {
      const log = lastLines(logs, label, LOG_LINES, logLength)
      return `${log && `\n${log}`}\n(Its log: ${logs}/${label}.log)`
    },
    leaving,
  }
}

export function tellToStop({ child, leaving }: Run, signal: NodeJS.Signals): void {
  leaving.abort()
  child.kill(signal)
  child.kill('SIGCONT') // A process that is stopped (SIGSTOP) gets it only when it continues.
}

function entryOf({ name, replica, port, issuerUrl }: Spec, pid: number | undefined): ProcessEntry | undefined {
  if (pid === undefined) return undefined
  return { name, replica, pid, port, started: startOf(pid), ...(issuerUrl && { issuerUrl }) }
}
