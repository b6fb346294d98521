import { type Counts, FAULTS } from './faults.ts'
import type { Plan } from './plan.ts'

/** In fewer schedules a fault may be missing by chance. */
const ENOUGH_FOR_FAULTS = 1_000
const ENOUGH_FOR_POINTS = 5_000

/** How often each fault happened, where processes died, and how orders ended, as tables for a terminal. */
export function tables({ faults, points }: Counts): string[] {
  const happened = FAULTS.map((fault) => row(fault, faults.get(fault) ?? 0))
  const others = [...faults].filter(([what]) => what.startsWith('(')).sort(byName)
  const died = [...points].sort(byName).map(([label, { died, taken }]) => `${row(label, died)} of ${died + taken}`)
  return [
    'fault                                          happened',
    ...happened,
    '',
    'beside them',
    ...others.map(([what, times]) => row(what.slice(1, -1), times)),
    '',
    'a process dies before                             times',
    ...died,
  ]
}

/** The faults that never happened in a run long enough for them; such a run proves less than it claims. */
export function missing({ faults, points }: Counts, seeds: number): string[] {
  const never = seeds < ENOUGH_FOR_FAULTS ? [] : FAULTS.filter((fault) => !faults.get(fault))
  const safe = seeds < ENOUGH_FOR_POINTS ? [] : [...points].filter(([, { died }]) => !died).map(([label]) => label)
  return [
    ...never.map((fault) => `Never: ${fault}.`),
    ...safe.map((label) => `Never has a process died before: ${label}.`),
  ]
}

/** The violation, its shortest trace, and how to run it again. */
export function failure(
  seed: number,
  rule: string,
  message: string,
  plan: Plan,
  trace: string[],
  plant = '',
): string[] {
  const planted = plant && ` --plant ${plant}`
  return [
    '',
    `Seed ${seed} breaks a rule: ${rule}.`,
    message,
    '',
    'The trace, shortened (milliseconds; who did what; in brackets the causing fact or command):',
    ...trace,
    '',
    `Again:      npm run simulate -- --seeds 1 --from ${seed}${planted}`,
    `Shortened:  npm run simulate -- --plan '${JSON.stringify(plan)}'${planted}`,
  ]
}

const row = (what: string, times: number) => `${what.padEnd(46)} ${String(times).padStart(8)}`

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)
