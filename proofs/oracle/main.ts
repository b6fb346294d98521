import { commandLine } from '../../scripts/command-line.ts'
import { COVERED, tableOf } from './coverage.ts'
import { newReport, openSupergraphs, runTrials } from './trials.ts'

/**
 * `npm run oracle -- --help` explains the options. Exits 1 if there is a difference that known-mistakes.ts does not
 * explain, or, with all supergraphs, if something was never covered.
 */
const { operations, seed = String(Date.now()), seeds, from, only, show, strict } = commandLine('oracle').options
const chosen = seeds > 0 ? Array.from({ length: seeds }, (_, index) => String(from + index)) : [seed]
const supergraphs = openSupergraphs(only)
const report = newReport()

for (const each of chosen) {
  const [started, known] = [Date.now(), report.open.size]
  await runTrials(supergraphs, { operations, seed: each, strict }, report)
  const found = [...report.open.values()].slice(known)
  console.log(`seed ${each}: ${operations} operations in ${Date.now() - started} ms, ${found.length} open differences`)
  for (const difference of found.slice(0, show)) console.log(`\n${difference}\n`)
}

console.log(`\n${tableOf(report.coverage)}\n`)
for (const [reason, times] of [...report.explained].sort()) console.log(`${String(times).padStart(8)}  ${reason}`)
const missed = COVERED.filter((what) => !report.coverage.get(what))
const isUncovered = missed.length > 0 && only === ''
if (isUncovered) console.log(`Failed: never covered: ${missed.join(', ')}; ask for more --operations`)
console.log(`${report.operations} operations by ${chosen.length} seeds, ${report.open.size} open differences`)
process.exitCode = report.open.size || isUncovered ? 1 : 0
