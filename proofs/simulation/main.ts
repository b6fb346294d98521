import { commandLine } from '../../scripts/command-line.ts'
import { noCounts } from './faults.ts'
import { type Plan, planOf } from './plan.ts'
import { PLANTS } from './plants.ts'
import { failure, missing, tables } from './report.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulate.ts'

process.exitCode = await run()

/** Simulates as asked on the command line; returns the exit code: 1 where a rule broke, 2 for wrong arguments. */
async function run(): Promise<number> {
  const { seeds, from, ...given } = commandLine('simulate').options
  const plant = given.plant === undefined ? {} : PLANTS[given.plant]
  if (!plant) {
    console.error(`There is no plant "${given.plant}". There are: ${Object.keys(PLANTS).join(', ')}`)
    return 2
  }
  // As this command has printed it.
  const plans = given.plan ? [JSON.parse(given.plan) as Plan] : planned(from, seeds)

  const counts = noCounts()
  const began = performance.now()
  let lived = 0
  for (const plan of plans) {
    const { broken } = await simulate(plan, { plant, counts })
    lived += 1
    if (!broken) continue
    console.log(`Broken after ${lived} schedules. Looking for the shortest story of it …`)
    const smallest = await shrink(plan, plant, broken.rule)
    const { story, broken: again } = await simulate(smallest, { plant, tells: true })
    const message = again?.message ?? broken.message
    console.log(failure(plan.seed, broken.rule, message, smallest, story, given.plant).join('\n'))
    return 1
  }
  const seconds = (performance.now() - began) / 1_000
  console.log(tables(counts).join('\n'))
  const absent = missing(counts, lived)
  for (const line of absent) console.log(line)
  console.log(
    `\n${lived} schedules in ${seconds.toFixed(1)} s, ${Math.round(lived / seconds)} a second: every rule holds.`,
  )
  return absent.length ? 1 : 0
}

function* planned(from: number, seeds: number) {
  for (let seed = from; seed < from + seeds; seed++) yield planOf(seed)
}
