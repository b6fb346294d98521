import { execFile } from 'node:child_process'
import { expect, it } from '@jest/globals'
import { faultsIn } from './testing/faults.ts'

const run = (fault: string) =>
  new Promise<{ code: unknown; printed: string }>((done) => {
    const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
    const program = `
      const { endOnFault } = await import(${url('./fault.ts')})
      const { createLogger } = await import(${url('./log.ts')})
      endOnFault(createLogger('test'))
      setInterval(() => {}, 1_000)
      ${fault}`
    const args = ['--input-type=module', '--eval', program]
    execFile(process.execPath, args, { env: {} }, (error, out, printed) =>
      done({ code: error?.code, printed: out + printed }),
    )
  })

it.each([
  ['unhandledRejection', "Promise.reject(new Error('a bug'))"],
  // real time: any later turn will do
  ['uncaughtException', "setTimeout(() => { throw new Error('a bug') })"],
])('a process ends at an %s, and its log says why in a line', async (origin, fault) => {
  const { code, printed } = await run(fault)
  const [line = '', ...more] = faultsIn(printed)
  expect({ code, more, lines: printed.trimEnd().split('\n').length }).toEqual({ code: 70, more: [], lines: 1 })
  expect(JSON.parse(line)).toMatchObject({ level: 60, service: 'test', origin, err: { message: 'a bug' } })
})
