import { appendFileSync } from 'node:fs'
import { TestEnvironment } from 'jest-environment-node'

/** The test file that this process was last at. */
let file = 'no test file yet'

// In the place of Jest's own listener, which ends the worker.
process.removeAllListeners('uncaughtException').on('uncaughtException', (fault) => {
  const found = process.env.TEST_FAULTS
  if (!found) throw fault // Nobody would tell of it (any more).
  appendFileSync(found, `In or after ${file}: ${fault instanceof Error ? fault.stack : fault}\n`)
})

/**
 * Jest's environment for Node, in which a rejection or exception that nothing caught fails the run, whenever it comes. Jest
 * itself (30.5) hears of it only while a file's tests and hooks run. Later it ends the worker process, which is replaced in
 * silence, does the file that it was at once more, and the run passes. Here it is noted, and told by `faults-reporter.ts`.
 */
export default class Environment extends TestEnvironment {
  constructor(...[config, context]: ConstructorParameters<typeof TestEnvironment>) {
    super(config, context)
    file = context.testPath
  }

  override async teardown(): Promise<void> {
    // What the file has just left behind comes in the next turns: it is told by its name.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
    await super.teardown()
  }
}
