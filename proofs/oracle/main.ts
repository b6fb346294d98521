import { commandLine } from '../../scripts/command-line.ts'
import { COVERED, tableOf } from './coverage.ts'
import { runTrials } from './trials.ts'

/**
 * `npm run oracle -- --help` explains the options. Exits 1 if there is a difference that known-mistakes.ts does not
 * explain, or, with all supergraphs, if something was never covered.
 */
const { operations, only, show, strict, ...options } = commandLine('oracle').options
const seed = options.seed ?? String(Date.now())
console.log(`seed ${seed}`)
const started = Date.now()
const report = await runTrials({ operations, seed, only, strict })

for (const difference of report.open.slice(0, show)) console.log(`\n${difference}`)
console.log(`\n${tableOf(report.coverage)}\n`)
for (const [reason, times] of [...report.explained].sort()) console.log(`${String(times).padStart(8)}  ${reason}`)
const missed = COVERED.filter((what) => !report.coverage.get(what))
const isUncovered = missed.length > 0 && only === ''
if (isUncovered) console.log(`Failed: never covered: ${missed.join(', ')}; ask for more --operations`)
console.log(
  `${report.operations} operations in ${Date.now() - started} ms, ${report.open.length} open differences (seed ${seed})`,
)
process.exitCode = report.open.length || isUncovered ? 1 : 0
