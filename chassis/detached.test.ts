import { describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { detached } from './detached.ts'
import { until } from './testing/until.ts'

describe('work that nobody waits for', () => {
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
  ])('that fails %s is logged, and ends what it belongs to', async (_, work) => {
    const ended: unknown[] = []
    const lines = await run(work, (error) => ended.push(error))
    expect(lines).toMatchObject([{ level: 50, msg: 'a message failed', requestId: 'r1', err: { message: 'a bug' } }])
    expect(ended).toEqual([new Error('a bug')])
  })

  it('ends nobody else where even that fails', async () => {
    expect(await run(async () => bug(), bug)).toMatchObject([
      { msg: 'a message failed' },
      { msg: 'a message failed; and ending it failed too' },
    ])
  })
})
