import { appendFileSync } from 'node:fs'
import { TestEnvironment } from 'jest-environment-node'

/** The test file that this process ran last. */
let file = 'no test file yet'

// Replaces Jest's own listener, which ends the worker.
process.removeAllListeners('uncaughtException').on('uncaughtException', (fault) => {
  const record = process.env.TEST_FAULTS
  if (!record) throw fault // There is no reporter to report a record.
  appendFileSync(record, `In or after ${file}: ${fault instanceof Error ? fault.stack : fault}\n`)
})

/**
 * Jest's environment for Node, in which an unhandled rejection or uncaught exception fails the run, whenever it happens. Jest
 * itself (30.5) reports these only while a file's tests and hooks run. Later they end the worker process; Jest silently
 * replaces it and repeats its file, and the run passes. Here they are recorded, and `faults-reporter.ts` reports them.
 */
export default class Environment extends TestEnvironment {
  constructor(...[config, context]: ConstructorParameters<typeof TestEnvironment>) {
    super(config, context)
    file = context.testPath
  }

  override async teardown(): Promise<void> {
    // Errors of background work of this file, which occur in the next turns, are recorded under its name.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
    await super.teardown()
  }
}
