import { commandLine } from '../../scripts/command-line.ts'
import { noCounts } from './faults.ts'
import { createPlan, type Plan } from './plan.ts'
import { PLANTS } from './plants.ts'
import { failure, neverHappened, tables } from './report.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulate.ts'

process.exitCode = await run()

/** Runs the command line; returns the exit code: 1 if a rule was violated, 2 for invalid arguments. */
async function run(): Promise<number> {
  const { seeds, from, ...options } = commandLine('simulate').options
  const plant = options.plant === undefined ? {} : PLANTS[options.plant]
  if (!plant) {
    console.error(`There is no plant "${options.plant}". Choose one of: ${Object.keys(PLANTS).join(', ')}`)
    return 2
  }
  // a plan that this command printed
  const plans = options.plan ? [JSON.parse(options.plan) as Plan] : createPlans(from, seeds)

  const counts = noCounts()
  const startedAt = performance.now()
  let scheduleCount = 0
  for (const plan of plans) {
    const { violation } = await simulate(plan, { plant, counts })
    scheduleCount += 1
    if (!violation) continue
    console.log(`A rule is violated after ${scheduleCount} schedules. Shortening the trace …`)
    const smallest = await shrink(plan, plant, violation.rule)
    const { trace, violation: again } = await simulate(smallest, { plant, withTrace: true })
    const message = again?.message ?? violation.message
    console.log(failure(plan.seed, violation.rule, message, smallest, trace, options.plant).join('\n'))
    return 1
  }
  const seconds = (performance.now() - startedAt) / 1_000
  console.log(tables(counts).join('\n'))
  const absent = neverHappened(counts, scheduleCount)
  for (const line of absent) console.log(line)
  console.log(
    `\n${scheduleCount} schedules in ${seconds.toFixed(1)} s, ${Math.round(scheduleCount / seconds)} a second: every rule holds.`,
  )
  return absent.length ? 1 : 0
}

function* createPlans(from: number, seeds: number) {
  for (let seed = from; seed < from + seeds; seed++) yield createPlan(seed)
}
