import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

const root = resolve(import.meta.dirname, '../..')
const IMPORTS = "import { it } from '@jest/globals'\n"
const PLANTED = [
  ['quick', "it('rejects in the background', () => void Promise.reject(new Error('planted: quick')))"],
  // real time: the error must occur after the test has ended
  ['late', "it('leaves a timer', () => void setTimeout(() => Promise.reject(new Error('planted: late')), 20))"],
  // real time: the error must occur after the test has ended
  ['thrown', "it('leaves a timer', () => void setTimeout(() => { throw new Error('planted: thrown') }, 20))"],
]
/** Keeps another worker running until the errors of the other files have occurred. */
// real time: the error must occur after the test has ended
const SLOW = "it('is slow', () => new Promise((resolve) => setTimeout(resolve, 500)))"

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-planted-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const config = {
    testEnvironment: join(import.meta.dirname, 'environment.ts'),
    reporters: ['default', join(import.meta.dirname, 'faults-reporter.ts')],
    transform: {},
    extensionsToTreatAsEsm: ['.ts'],
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(config))
  for (const [name, text] of [...PLANTED, ['slow', SLOW]])
    writeFileSync(join(folder, `${name}.test.ts`), IMPORTS + text)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Jest's exit code and what it printed. */
const runJest = (...args: string[]) =>
  new Promise<{ code: unknown; printed: string }>((done) => {
    const program = ['--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js'), ...args]
    execFile(process.execPath, program, { cwd: folder, env: { PATH: process.env.PATH } }, (error, out, printed) =>
      done({ code: error?.code ?? 0, printed: out + printed }),
    )
  })

describe('an uncaught error', () => {
  it.each(['--maxWorkers=2', '--runInBand'])('fails the run, whenever it occurs (%s)', async (how) => {
    const { code, printed } = await runJest(how)
    expect(code).not.toBe(0)
    for (const [name] of PLANTED) expect(printed).toContain(`planted: ${name}`)
  })

  it('is not reported if every error is caught', async () => {
    const { code, printed } = await runJest('--testPathPatterns', 'slow')
    expect({ code, printed }).toEqual({ code: 0, printed: expect.not.stringContaining('Uncaught errors') })
  })
})
