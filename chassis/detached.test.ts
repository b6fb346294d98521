import { execFile } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { detached } from './detached.ts'
import { faultsIn } from './testing/faults.ts'
import { until } from './testing/until.ts'

describe('detached work', () => {
  const run = async (work: () => unknown, end?: (error: unknown) => void) => {
    const lines: string[] = []
    const log = pino({}, { write: (line: string) => void lines.push(line) })
    detached(work, { log, what: 'a message failed', about: { requestId: 'r1' }, end })
    await until(() => lines.length > 0)
    return lines.map((line) => JSON.parse(line))
  }
  const bug = () => {
    throw new Error('a bug')
  }

  it.each([
    ['at once', bug],
    ['later', async () => bug()],
  ])('that fails %s is logged, and ends only what it belongs to', async (_, work) => {
    const ended: unknown[] = []
    const lines = await run(work, (error) => ended.push(error))
    expect(lines).toMatchObject([{ level: 50, msg: 'a message failed', requestId: 'r1', err: { message: 'a bug' } }])
    expect(ended).toEqual([new Error('a bug')])
  })

  it('is logged twice if ending its owner fails, too', async () => {
    expect(await run(async () => bug(), bug)).toMatchObject([
      { msg: 'a message failed' },
      { msg: 'a message failed; and ending it failed too' },
    ])
  })
})

const run = (fault: string) =>
  new Promise<{ code: unknown; printed: string }>((done) => {
    const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
    const program = `
      const { exitOnUncaught } = await import(${url('./detached.ts')})
      const { createLogger } = await import(${url('./log.ts')})
      exitOnUncaught(createLogger('test'))
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
])('a process exits on an %s, after one log line with the reason', async (origin, fault) => {
  const { code, printed } = await run(fault)
  const [line = '', ...more] = faultsIn(printed)
  expect({ code, more, lines: printed.trimEnd().split('\n').length }).toEqual({ code: 70, more: [], lines: 1 })
  expect(JSON.parse(line)).toMatchObject({ level: 60, service: 'test', origin, err: { message: 'a bug' } })
})
