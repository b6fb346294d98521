import { type Counts, FAULTS } from './faults.ts'
import type { Plan } from './plan.ts'

/** In shorter runs a fault or a crash may be absent by chance. */
const MIN_SCHEDULES_FOR_FAULTS = 1_000
const MIN_SCHEDULES_FOR_CRASH_POINTS = 5_000

/** How often each fault happened, where processes died, and how orders ended, as tables for a terminal. */
export function tables({ faults, crashPoints }: Counts): string[] {
  const faultRows = FAULTS.map((fault) => row(fault, faults.get(fault) ?? 0))
  const otherRows = [...faults].filter(([what]) => what.startsWith('(')).sort(byName)
  const crashRows = [...crashPoints]
    .sort(byName)
    .map(([label, { died, taken }]) => `${row(label, died)} of ${died + taken}`)
  return [
    'fault                                          happened',
    ...faultRows,
    '',
    'other events',
    ...otherRows.map(([what, times]) => row(what.slice(1, -1), times)),
    '',
    'a process dies before                             times',
    ...crashRows,
  ]
}

/** The faults and crashes that never happened in a run long enough for them: it proves less than it claims. */
export function neverHappened({ faults, crashPoints }: Counts, seeds: number): string[] {
  const absentFaults = seeds < MIN_SCHEDULES_FOR_FAULTS ? [] : FAULTS.filter((fault) => !faults.get(fault))
  const absentCrashes =
    seeds < MIN_SCHEDULES_FOR_CRASH_POINTS
      ? []
      : [...crashPoints].filter(([, { died }]) => !died).map(([label]) => label)
  return [
    ...absentFaults.map((fault) => `Never: ${fault}.`),
    ...absentCrashes.map((label) => `Never: a process dies before "${label}".`),
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
    `Seed ${seed} violates a rule: ${rule}.`,
    message,
    '',
    'The shortened trace (milliseconds, the process or person, in brackets the causing fact or command):',
    ...trace,
    '',
    `Repeat:     npm run simulate -- --seeds 1 --from ${seed}${planted}`,
    `Shortened:  npm run simulate -- --plan '${JSON.stringify(plan)}'${planted}`,
  ]
}

const row = (what: string, times: number) => `${what.padEnd(46)} ${String(times).padStart(8)}`

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)
