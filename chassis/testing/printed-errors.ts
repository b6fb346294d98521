import { afterEach, beforeEach, jest } from '@jest/globals'

/**
 * For tests of what exits where its settings are wrong: records the lines it prints as errors, and has `process.exit` throw
 * "exit CODE" instead of ending the test. Call it in a `describe`; the lines are those of the present test.
 */
export function recordPrintedErrors(): string[] {
  const printed: string[] = []
  beforeEach(() => {
    printed.length = 0
    jest.spyOn(console, 'error').mockImplementation((line) => void printed.push(String(line)))
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`)
    })
  })
  afterEach(() => {
    jest.restoreAllMocks()
  })
  return printed
}
