import { parseArgs } from 'node:util'
import { COVERED, tableOf } from './coverage.ts'
import { runTrials } from './trials.ts'

/**
 * node proofs/oracle/main.ts --operations 20000 --seed any [--only part-of-a-supergraph’s-name] [--show 10] [--strict]
 * Exits 1 if anything differs that known.ts does not explain, or (all supergraphs being tried) was never covered.
 */
const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now()) },
    only: { type: 'string', default: '' },
    show: { type: 'string', default: '10' },
    strict: { type: 'boolean', default: false },
  },
})
const { operations, seed, only, show, strict } = values
console.log(`seed ${seed}`)
const started = Date.now()
const report = await runTrials({ operations: Number(operations), seed, only, strict })

for (const difference of report.open.slice(0, Number(show))) console.log(`\n${difference}`)
console.log(`\n${tableOf(report.coverage)}\n`)
for (const [reason, times] of [...report.explained].sort()) console.log(`${String(times).padStart(8)}  ${reason}`)
const missed = COVERED.filter((what) => !report.coverage.get(what))
const isUncovered = missed.length > 0 && only === ''
if (isUncovered) console.log(`Failed: never covered: ${missed.join(', ')}; ask for more --operations`)
console.log(
  `${report.operations} operations in ${Date.now() - started} ms, ${report.open.length} open differences (seed ${seed})`,
)
process.exitCode = report.open.length || isUncovered ? 1 : 0
