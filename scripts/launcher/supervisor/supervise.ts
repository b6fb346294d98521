import { existsSync } from 'node:fs'
import { setInterval } from 'node:timers'
import { writeFileAtomically } from '../../files.ts'
import { UserError } from '../../user-error.ts'
import { keepRunning, type SupervisedProcess } from './keep-running.ts'
import { boundLogs } from './logs.ts'
import { labelOf, type ProcessEntry, type Spec, type Tier } from './spec.ts'
import { TIMING, type Timing } from './watch.ts'

/** How long each tier may take to stop before it is killed; in sum less than the 30 s of a whole stop. */
const PATIENCE_MS: Record<Tier, number> = { edge: 8_000, service: 10_000, data: 5_000 }
/** For a start, on a very slow or busy machine. */
const DEADLINE_MS = 180_000

export type Supervisor = {
  /** Starts these processes; resolves when all are ready, rejects as soon as one can't be started. */
  start(specs: Spec[]): Promise<void>
  /** The processes' present specs. */
  specs(): Spec[]
  /**
   * Replaces a running process by one of `spec`, which has its name and replica; throws a UserError, and leaves it as it is, if that
   * does not become ready. Resolves when the new one serves, with a promise of the end of the old one.
   */
  replace(spec: Spec): Promise<{ left: Promise<unknown> }>
  /** Stops all processes, edge to data; resolves when all have ended. */
  stop(): Promise<void>
  /** Shortens the time that processes have to stop. */
  hurry(): void
}

/**
 * Keeps processes running, and lists them in the file `options.list` (processes.json). `options.say` gets a line for every
 * restart, and for what a long start waits for.
 */
export function createSupervisor(options: {
  list: string
  logs: string
  say: (line: string) => void
  timing?: Timing
}): Supervisor {
  const { timing = TIMING } = options
  const all: SupervisedProcess[] = []
  const hurried = new AbortController()
  let isStopping = false
  const changed = () => {
    const entries: ProcessEntry[] = all.flatMap((process) => process.entries())
    const lines = entries.map((entry) => `  ${JSON.stringify(entry)}`)
    try {
      writeFileAtomically(options.list, lines.length ? `[\n${lines.join(',\n')}\n]\n` : '[]\n')
    } catch (error) {
      options.say(`${options.list} could not be written: ${error instanceof Error ? error.message : error}`)
    }
  }
  changed() // Clears the previous list.
  const logLimiter = setInterval(() => existsSync(options.logs) && boundLogs(options.logs), 60_000)
  logLimiter.unref()

  async function stopAll(processes: SupervisedProcess[], tier: Tier): Promise<void> {
    const over = new AbortController()
    const within = (ms: number) => setTimeout(() => over.abort(), ms).unref()
    const hurry = () => within(timing.hurriedMs) // Even then processes may stop by themselves.
    within(PATIENCE_MS[tier])
    if (hurried.signal.aborted) hurry()
    else hurried.signal.addEventListener('abort', hurry)
    await Promise.all(processes.map((process) => process.stop(over.signal)))
    changed()
  }

  return {
    async start(specs) {
      if (isStopping) throw new UserError('Stopped before it was started.')
      const started = specs.map((spec) => keepRunning(spec, { ...options, changed }))
      all.push(...started)
      changed()
      const waiting = () =>
        waitingFor(started.map((process) => ({ label: labelOf(process.spec()), missing: process.missing() })))
      const progress = setInterval(() => options.say(`Waiting for ${waiting()}`), 4_000)
      const late = Promise.withResolvers<never>()
      const deadline = setTimeout(() => {
        late.reject(new UserError(`Not ready after ${DEADLINE_MS / 1000} s: ${waiting()}.`))
      }, DEADLINE_MS)
      try {
        await Promise.race([Promise.all(started.map((process) => process.ready)), late.promise])
      } finally {
        clearInterval(progress)
        clearTimeout(deadline)
      }
    },
    specs: () => all.map((process) => process.spec()),
    async replace(spec) {
      const label = labelOf(spec)
      const process = all.find((one) => labelOf(one.spec()) === label)
      if (isStopping || !process) throw new UserError(`${label} does not run.`)
      return process.replace(spec)
    },
    async stop() {
      isStopping = true
      clearInterval(logLimiter)
      const of = (tier: Tier) => all.filter((process) => process.spec().tier === tier)
      await stopAll(of('edge'), 'edge')
      await stopAll(of('service'), 'service')
      for (const process of of('data').reverse()) await stopAll([process], 'data')
      all.length = 0
    },
    hurry: () => hurried.abort(),
  }
}

/** `account, item (does not listen yet), store (database: away)`: what is not ready, grouped by reason. */
export function waitingFor(some: { label: string; missing: string | undefined }[]): string {
  const unready = some.filter(({ missing }) => missing !== undefined)
  const byReason = Map.groupBy(unready, ({ missing }) => missing)
  return [...byReason].map(([why, those]) => `${those.map(({ label }) => label).join(', ')} (${why})`).join(', ')
}
