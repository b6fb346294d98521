import { commandLine } from '../../scripts/command-line.ts'
import { noCounts } from './faults.ts'
import { type Plan, planOf } from './plan.ts'
import { PLANTS } from './plants.ts'
import { failure, missing, tables } from './report.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulate.ts'

process.exitCode = await run()

/** Simulates by the command line; returns the exit code: 1 if a rule was violated, 2 for invalid arguments. */
async function run(): Promise<number> {
  const { seeds, from, ...options } = commandLine('simulate').options
  const plant = options.plant === undefined ? {} : PLANTS[options.plant]
  if (!plant) {
    console.error(`There is no plant "${options.plant}". There are: ${Object.keys(PLANTS).join(', ')}`)
    return 2
  }
  // as printed by this command
  const plans = options.plan ? [JSON.parse(options.plan) as Plan] : plansOf(from, seeds)

  const counts = noCounts()
  const began = performance.now()
  let count = 0
  for (const plan of plans) {
    const { broken } = await simulate(plan, { plant, counts })
    count += 1
    if (!broken) continue
    console.log(`Broken after ${count} schedules. Looking for the shortest trace …`)
    const smallest = await shrink(plan, plant, broken.rule)
    const { trace, broken: again } = await simulate(smallest, { plant, withTrace: true })
    const message = again?.message ?? broken.message
    console.log(failure(plan.seed, broken.rule, message, smallest, trace, options.plant).join('\n'))
    return 1
  }
  const seconds = (performance.now() - began) / 1_000
  console.log(tables(counts).join('\n'))
  const absent = missing(counts, count)
  for (const line of absent) console.log(line)
  console.log(
    `\n${count} schedules in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second: every rule holds.`,
  )
  return absent.length ? 1 : 0
}

function* plansOf(from: number, seeds: number) {
  for (let seed = from; seed < from + seeds; seed++) yield planOf(seed)
}
