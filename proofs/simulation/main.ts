import { parseArgs } from 'node:util'
import { noCounts } from './faults.ts'
import { type Plan, planOf } from './plan.ts'
import { PLANTS } from './plants.ts'
import { failure, missing, tables } from './report.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulate.ts'

const USAGE = `npm run simulate -- [--seeds 1000] [--from 1] [--plant NAME] [--plan JSON]
Plants: ${Object.keys(PLANTS).join(', ')}`

process.exitCode = await run()

/** Simulates as asked on the command line; returns the exit code: 1 where a rule broke, 2 for wrong arguments. */
async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      plant: { type: 'string' },
      plan: { type: 'string' },
    },
  })
  const [seeds, from] = [Number(values.seeds), Number(values.from)]
  const plant = values.plant === undefined ? {} : PLANTS[values.plant]
  if (!(Number.isSafeInteger(seeds) && seeds > 0 && Number.isSafeInteger(from)) || !plant) {
    console.error(USAGE)
    return 2
  }
  // As this command has printed it.
  const plans = values.plan ? [JSON.parse(values.plan) as Plan] : planned(from, seeds)

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
    console.log(failure(plan.seed, broken.rule, message, smallest, story, values.plant).join('\n'))
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
