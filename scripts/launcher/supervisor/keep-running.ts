import { UserError } from '../../user-error.ts'
import { kill } from './child.ts'
import { aborted, pause } from './pause.ts'
import { type Reports, type Run, startRun, tellToStop } from './run.ts'
import { type BoundSocket, bindSocket } from './sockets.ts'
import { labelOf, type ProcessEntry, type Spec } from './spec.ts'
import { TIMING, type Timing } from './watch.ts'

/** A process that was never ready is given up after it ended this often in a row. */
const MAX_ATTEMPTS = 3
/** EX_CONFIG: its settings are invalid, so a restart is pointless. */
const EXIT_CONFIG = 78
const MIN_BACKOFF_MS = 200
const MAX_BACKOFF_MS = 10_000
/** How long a process may take to be ready before it is not put in the place of another. */
const READY_MS = 60_000
/** How long a process that was replaced may finish what is under way; it gives itself 20 s (chassis/draining.ts). */
const LEAVING_MS = 25_000

export type SupervisedProcess = {
  spec(): Spec
  /** Resolves when the process is ready for the first time; rejects if it can't be started. */
  ready: Promise<void>
  /** What it waits for, as a text for people; undefined once it is ready. */
  missing(): string | undefined
  /** The processes that run now: one, or several while one is replaced. */
  entries(): ProcessEntry[]
  /**
   * Starts a process of `next`, and has it take over when it is ready. Throws a UserError if it does not become ready; the one
   * before then goes on. Resolves with a promise of the end of the one before.
   */
  replace(next: Spec): Promise<{ left: Promise<unknown> }>
  /** Sends its stop signal, and kills it when `patience` is aborted. Resolves when it has ended. */
  stop(patience: AbortSignal): Promise<void>
}

/** Runs a process, and restarts it whenever it ends or freezes, until `stop`. `changed` is called for every change of pid. */
export function keepRunning(
  first: Spec,
  options: { logs: string; say: (line: string) => void; changed: () => void; timing?: Timing },
): SupervisedProcess {
  const { logs, say, changed, timing = TIMING } = options
  const label = labelOf(first)
  let spec = first
  const sockets = new Map<string, BoundSocket>()
  const stopping = new AbortController()
  const firstReady = Promise.withResolvers<void>()
  firstReady.promise.catch(() => {}) // Callers of `ready` get the error.
  const runs = new Set<Run>()
  let current: Run | undefined
  /** The one that is to take the place of `current`, until it is ready. */
  let successor: Run | undefined
  let lastLog = () => ''
  let hasBeenReady = false
  let missing: string | undefined = 'is starting'
  /** Aborted when a successor becomes `current`. */
  let takingOver = new AbortController()

  const reports: Reports = {
    becameReady() {
      if (hasBeenReady && missing !== undefined) say(`${label} is back.`)
      hasBeenReady = true
      missing = undefined
      firstReady.resolve()
    },
    failed: firstReady.reject,
    waitsFor: (what) => (missing = what),
  }

  function socketOf({ name, port }: { name: string; port: number }): BoundSocket {
    const known = sockets.get(name)
    if (known) return known
    const bound = bindSocket(port)
    sockets.set(name, bound)
    return bound
  }

  async function start(of: Spec, reports: Reports): Promise<Run> {
    await of.prepare?.()
    const handed = (of.sockets ?? []).map((socket) => ({ name: socket.name, fd: socketOf(socket).fd }))
    const run = startRun(of, handed, { logs, timing, reports })
    runs.add(run)
    run.ended
      .catch(() => {}) // Awaited by whoever has started it.
      .finally(() => {
        runs.delete(run)
        changed()
      })
    lastLog = run.log
    changed()
    if (stopping.signal.aborted) tellToStop(run, of.stopSignal)
    return run
  }

  /** Runs the process, and each that takes its place, until one ends by itself; resolves with the reason. */
  async function runUntilEnd(): Promise<string> {
    if (!current) {
      const { signal } = takingOver
      const started = await start(spec, reports)
      if (signal.aborted) void leave(started)
      else current = started
    }
    for (;;) {
      const run: Run | undefined = current
      await Promise.race([run?.ended, aborted(takingOver.signal)]).catch(() => {}) // It is thrown below.
      if (!run || current !== run) continue
      current = undefined
      return run.ended
    }
  }

  async function runRepeatedly(): Promise<void> {
    for (let failures = 0; ; ) {
      const startedAt = Date.now()
      const reason = await runUntilEnd().catch((error: Error) => {
        if (!hasBeenReady) throw error
        return `could not be started (${error.message})`
      })
      if (stopping.signal.aborted) return
      failures = Date.now() - startedAt > timing.steadyMs ? 1 : failures + 1
      missing = 'is being replaced'
      if (!hasBeenReady && (failures >= MAX_ATTEMPTS || reason.endsWith(` ${EXIT_CONFIG}`))) {
        throw new UserError(`${label} did not start: it ${reason}.${lastLog()}`)
      }
      const wait = backoffMs(failures)
      changed()
      say(`${label} ${reason}; starting it again in ${wait / 1000} s.`)
      await pause(wait, AbortSignal.any([stopping.signal, takingOver.signal]))
      if (stopping.signal.aborted) return
    }
  }

  function takeOver(run: Run, next: Spec): { left: Promise<unknown> } {
    const before = current
    spec = next
    current = run
    reports.becameReady()
    const over = takingOver
    takingOver = new AbortController()
    over.abort()
    return { left: before ? leave(before) : Promise.resolve() }
  }

  /** Has a process that was replaced finish what is under way; resolves when it has ended. */
  function leave(run: Run): Promise<unknown> {
    if (run.entry) run.entry = { ...run.entry, leaving: true }
    changed()
    tellToStop(run, 'SIGTERM')
    const force = setTimeout(() => kill(run.child), LEAVING_MS)
    return run.ended.catch(() => {}).finally(() => clearTimeout(force))
  }

  const running = runRepeatedly().catch(firstReady.reject)
  return {
    spec: () => spec,
    ready: firstReady.promise,
    missing: () => missing,
    entries: () => [...runs].flatMap(({ entry }) => entry ?? []),

    async replace(next) {
      successor?.leaving.abort()
      if (successor) kill(successor.child)
      const ready = Promise.withResolvers<void>()
      let waits = 'is starting'
      const run = await start(next, {
        becameReady: ready.resolve,
        failed: ready.reject,
        waitsFor: (what) => (waits = what),
      })
      successor = run
      const failed = (why: string) => ready.reject(new UserError(`${label} did not start: ${why}.${run.log()}`))
      const why = (reason: string) => (run.leaving.signal.aborted ? 'another is started instead' : `it ${reason}`)
      run.ended.then((reason) => failed(why(reason)), ready.reject)
      const deadline = setTimeout(() => failed(`not ready after ${READY_MS / 1_000} s: ${waits}`), READY_MS)
      try {
        await ready.promise
      } catch (error) {
        kill(run.child)
        await run.ended.catch(() => {})
        throw error
      } finally {
        clearTimeout(deadline)
        if (successor === run) successor = undefined
      }
      if (stopping.signal.aborted) throw new UserError(`${label} is being stopped.`)
      return takeOver(run, next)
    },

    async stop(patience) {
      stopping.abort()
      firstReady.resolve()
      const all = [...runs]
      for (const run of all) {
        tellToStop(run, spec.stopSignal)
        if (run.child.connected) run.child.disconnect() // It need not wait for clients: nobody takes over (with-parent.ts).
      }
      const force = () => {
        for (const { child } of all) kill(child)
      }
      patience.addEventListener('abort', force)
      if (patience.aborted) force()
      await Promise.all([running, ...all.map(({ ended }) => ended.catch(() => {}))])
      patience.removeEventListener('abort', force)
      for (const socket of sockets.values()) socket.close()
    },
  }
}

/** The delay before a restart after `failures` (>= 1) failures in a row: 0.2 s, doubled each time, at most 10 s. */
export const backoffMs = (failures: number): number => Math.min(MIN_BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS)
