import { commandLine } from '../../scripts/command-line.ts'
import { corpus, fuzz, KINDS } from './run.ts'

const NAMES = KINDS.map(({ name }) => name)

const faults: unknown[] = []
process.on('uncaughtException', (fault) => faults.push(fault))
process.exitCode = await run()

/** Runs the command line; returns the exit code: 1 if an input got a wrong response, 2 for invalid arguments. */
async function run(): Promise<number> {
  const { count, ...rest } = commandLine('fuzz').options
  const { only, seed = String(Date.now()) } = rest
  if (only !== undefined && !NAMES.includes(only)) {
    console.error(`There is no kind "${only}". Choose one of: ${NAMES.join(', ')}`)
    return 2
  }
  const totals = new Map<string, { inputs: number; ms: number }>()
  const onProgress = (kind: string, took: number) => {
    const { inputs, ms } = totals.get(kind) ?? { inputs: 0, ms: 0 }
    totals.set(kind, { inputs: inputs + 1, ms: ms + took })
  }
  const startedAt = performance.now()
  const found = await fuzz({ seed, count, only, faults, onProgress })
  if (found) {
    console.log(`Wrong response: ${found.kind}, number ${found.number} of the seed ${seed}.\n${found.why}\n`)
    console.log(
      `The smallest similar input (add it to proofs/fuzz/corpus/${found.kind}.json):\n${JSON.stringify(found.input)}`,
    )
    return 1
  }
  for (const [kind, { inputs, ms }] of [...totals].sort()) {
    console.log(`${kind.padEnd(10)} ${String(inputs).padStart(7)} inputs ${(ms / 1_000).toFixed(1).padStart(7)} s`)
  }
  const seconds = (performance.now() - startedAt) / 1_000
  const corpusSize = corpus().length
  console.log(
    `\n${count} inputs of the seed ${seed} and ${corpusSize} of the corpus in ${seconds.toFixed(1)} s: all got proper responses.`,
  )
  return 0
}
