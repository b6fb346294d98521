import { createContext, Script } from 'node:vm'

/** Thrown for a task that was ended because it took too long. */
export class TookTooLong extends Error {}

const run = new Script('task()')
const surroundings = { task: () => {} }
createContext(surroundings)

/**
 * The result of a synchronous task, which is ended after `ms` milliseconds wherever it is, even in an endless loop; no
 * `catch` or `finally` of it runs then, so what it was changing must be thrown away. Throws what the task throws, and
 * `TookTooLong`. Costs up to 1 ms.
 */
export function withinTime<Result>(ms: number, task: () => Result): Result {
  const done: { result?: Result } = {}
  surroundings.task = () => {
    done.result = task()
  }
  try {
    run.runInContext(surroundings, { timeout: ms })
  } catch (error) {
    throw isTimeout(error) ? new TookTooLong(`It took longer than ${ms} ms.`) : error
  } finally {
    surroundings.task = () => {}
  }
  return done.result as Result // the task has returned
}

const isTimeout = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
