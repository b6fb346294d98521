import { commandLine } from '../../scripts/command-line.ts'
import { corpus, fuzz, KINDS } from './run.ts'

const NAMES = KINDS.map(({ name }) => name)

const faults: unknown[] = []
process.on('uncaughtException', (fault) => faults.push(fault))
process.exitCode = await run()

/** Fuzzes by the command line; returns the exit code: 1 if an input was answered wrongly, 2 for invalid arguments. */
async function run(): Promise<number> {
  const { count, ...rest } = commandLine('fuzz').options
  const { only, seed = String(Date.now()) } = rest
  if (only !== undefined && !NAMES.includes(only)) {
    console.error(`There is no kind "${only}". There are: ${NAMES.join(', ')}`)
    return 2
  }
  const times = new Map<string, { inputs: number; ms: number }>()
  const onProgress = (kind: string, took: number) => {
    const { inputs, ms } = times.get(kind) ?? { inputs: 0, ms: 0 }
    times.set(kind, { inputs: inputs + 1, ms: ms + took })
  }
  const began = performance.now()
  const found = await fuzz({ seed, count, only, faults, onProgress })
  if (found) {
    console.log(`Answered wrongly: ${found.kind}, number ${found.number} of the seed ${seed}.\n${found.why}\n`)
    console.log(
      `The smallest like it (keep it in proofs/fuzz/corpus/${found.kind}.json):\n${JSON.stringify(found.input)}`,
    )
    return 1
  }
  for (const [kind, { inputs, ms }] of [...times].sort()) {
    console.log(`${kind.padEnd(10)} ${String(inputs).padStart(7)} inputs ${(ms / 1_000).toFixed(1).padStart(7)} s`)
  }
  const seconds = (performance.now() - began) / 1_000
  const kept = corpus().length
  console.log(
    `\n${count} inputs of the seed ${seed} and ${kept} kept ones in ${seconds.toFixed(1)} s: all were answered rightly.`,
  )
  return 0
}
