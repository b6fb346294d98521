import { existsSync } from 'node:fs'
import { setInterval } from 'node:timers'
import { UserError } from '../../user-error.ts'
import { writeFileAtomically } from '../infrastructure/files.ts'
import { type Kept, keepRunning } from './keep-running.ts'
import { boundLogs } from './logs.ts'
import { labelOf, type ProcessEntry, type Spec, type Tier } from './spec.ts'
import { TIMING, type Timing } from './watch.ts'

/** How long each tier may take to stop by itself; together less than the 30 s a stop may take. */
const PATIENCE_MS: Record<Tier, number> = { edge: 8_000, service: 10_000, data: 5_000 }
/** For a start; on a machine that is very slow or very busy. */
const DEADLINE_MS = 180_000

export type Supervisor = {
  /** Starts these processes and resolves when all are ready; rejects as soon as one can not be started. */
  start(specs: Spec[]): Promise<void>
  /** Has these processes start again, all replicas of each: their code has changed. */
  restart(names: ReadonlySet<string>): void
  /** Stops all, edge to data, and resolves when none is left. */
  stop(): Promise<void>
  /** Shortens the patience of a stop under way. */
  hurry(): void
}

/**
 * Keeps processes running and `options.list` (`processes.json`) telling which. `options.say` gets one line for every
 * restart, and what is waited for when a start takes long.
 */
export function createSupervisor(options: {
  list: string
  logs: string
  say: (line: string) => void
  timing?: Timing
}): Supervisor {
  const { timing = TIMING } = options
  const all: Kept[] = []
  const hurried = new AbortController()
  let isStopping = false
  const changed = () => {
    const entries = all.map((kept) => kept.entry()).filter((entry): entry is ProcessEntry => entry !== undefined)
    const lines = entries.map((entry) => `  ${JSON.stringify(entry)}`)
    try {
      writeFileAtomically(options.list, lines.length ? `[\n${lines.join(',\n')}\n]\n` : '[]\n')
    } catch (error) {
      options.say(`${options.list} could not be written: ${error instanceof Error ? error.message : error}`)
    }
  }
  changed() // what the list said before is over
  const bounding = setInterval(() => existsSync(options.logs) && boundLogs(options.logs), 60_000)
  bounding.unref()

  async function stopAll(some: Kept[], tier: Tier): Promise<void> {
    const over = new AbortController()
    const within = (ms: number) => setTimeout(() => over.abort(), ms).unref()
    const hurry = () => within(timing.hurriedMs) // even then everyone may say goodbye
    within(PATIENCE_MS[tier])
    if (hurried.signal.aborted) hurry()
    else hurried.signal.addEventListener('abort', hurry)
    await Promise.all(some.map((kept) => kept.stop(over.signal)))
    changed()
  }

  return {
    async start(specs) {
      if (isStopping) throw new UserError('Stopped before it was started.')
      const started = specs.map((spec) => keepRunning(spec, { ...options, changed }))
      all.push(...started)
      changed()
      const waiting = () => waitingFor(started.map((kept) => ({ label: labelOf(kept.spec), missing: kept.missing() })))
      const telling = setInterval(() => options.say(`Waiting for ${waiting()}`), 4_000)
      const late = Promise.withResolvers<never>()
      const deadline = setTimeout(() => {
        late.reject(new UserError(`Not ready after ${DEADLINE_MS / 1000} s: ${waiting()}.`))
      }, DEADLINE_MS)
      try {
        await Promise.race([Promise.all(started.map((kept) => kept.ready)), late.promise])
      } finally {
        clearInterval(telling)
        clearTimeout(deadline)
      }
    },
    restart(names) {
      if (isStopping) return
      for (const kept of all) if (names.has(kept.spec.name)) kept.restart()
    },
    async stop() {
      isStopping = true
      clearInterval(bounding)
      const of = (tier: Tier) => all.filter((kept) => kept.spec.tier === tier)
      await stopAll(of('edge'), 'edge')
      await stopAll(of('service'), 'service')
      for (const kept of of('data').reverse()) await stopAll([kept], 'data')
      all.length = 0
    },
    hurry: () => hurried.abort(),
  }
}

/** `account, item (does not listen yet), store (database: away)`: what is not ready, those with one reason together. */
export function waitingFor(some: { label: string; missing: string | undefined }[]): string {
  const unready = some.filter(({ missing }) => missing !== undefined)
  const byReason = Map.groupBy(unready, ({ missing }) => missing)
  return [...byReason].map(([why, those]) => `${those.map(({ label }) => label).join(', ')} (${why})`).join(', ')
}
