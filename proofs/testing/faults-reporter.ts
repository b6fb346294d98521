import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Jest reporter that fails the run if `environment.ts` has recorded an uncaught error in any process. */
export default class FaultsReporter {
  readonly #folder = mkdtempSync(join(tmpdir(), 'flower-faults-'))
  #error: Error | undefined

  constructor() {
    process.env.TEST_FAULTS = join(this.#folder, 'faults') // Workers, which are started later, inherit it.
  }

  onRunComplete(): void {
    const record = join(this.#folder, 'faults')
    if (existsSync(record)) {
      this.#error = new Error(`Uncaught errors:\n${readFileSync(record, 'utf8')}`)
      console.error(`\n${this.#error.message}`)
    }
    rmSync(this.#folder, { recursive: true })
    delete process.env.TEST_FAULTS
  }

  /** Jest calls this at the end: an error fails the run. */
  getLastError(): Error | undefined {
    return this.#error
  }
}
